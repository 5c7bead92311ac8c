//! Copies of a process that has run a function's own code: that they are what a started program is, but for what the
//! function has left in memory.

use std::io::BufReader;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use hob_sandbox::{Exit, Output, Sandbox, Zygote, ZygoteSpec};

use crate::support::{Server, all_of, run};
use crate::zygotes::{
    DESCRIBES_ITSELF, EVENT, Function, answer, assignment_of, children, descriptors, finished,
    inner_launcher, is_running, request, serve, until,
};

/// A function's first copy, which stands where it wants to be copied.
struct Snapshot {
    zygote: Arc<dyn Zygote>,
    sandbox: Box<dyn Sandbox>,
    output: Output,
    _stream: TcpStream,
}

const SNAP_START: [(&str, &str); 1] = [("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start")];

fn spec(function: &Function) -> ZygoteSpec {
    let environment = [
        ("HOB_PARKED", "1"),
        ("HOB_SNAPSHOT", "1"),
        ("AWS_LAMBDA_RUNTIME_API", "169.254.100.1:9001"),
        ("PYTHONPATH", "/var/runtime"),
        ("LC_CTYPE", "C.UTF-8"),
    ];
    let program = hob_sandbox::Program { working_directory: "/".into(), ..function.program(&environment) };
    ZygoteSpec { mounts: function.runtime_mounts(), program, from_first_copy: true }
}

/// Serves a first copy until it has said that it may be copied, or has failed. Returns that request.
fn serve_first(listener: TcpListener) -> thread::JoinHandle<(String, TcpStream)> {
    listener.set_nonblocking(false).unwrap();
    thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut requests = BufReader::new(stream.try_clone().unwrap());
        request(&mut requests);
        answer(&stream, "200 OK", "", &assignment_of(&SNAP_START));
        let (line, body) = request(&mut requests);
        (line + &body, stream)
    })
}

async fn snapshot(server: &Server, function: &Function) -> Snapshot {
    let zygote = server.sandboxes.zygote(spec(function)).await.unwrap();
    let mut sandbox = server.sandboxes.create(function.spec(server)).await.unwrap();
    let listener = sandbox.take_listeners().unwrap().runtime_api;
    let served = serve_first(listener);
    let output = sandbox.fork(&*zygote).await.unwrap();
    let (request, stream) = finished(served).await;
    assert_eq!(request, "GET /2018-06-01/runtime/restore/next HTTP/1.1");
    Snapshot { zygote, sandbox, output, _stream: stream }
}

struct Restored {
    answer: String,
    sandbox: Box<dyn Sandbox>,
    output: Output,
    _stream: TcpStream,
}

async fn restore(server: &Server, function: &Function, zygote: &dyn Zygote) -> Restored {
    let mut sandbox = server.sandboxes.create(function.spec(server)).await.unwrap();
    let listener = sandbox.take_listeners().unwrap().runtime_api;
    let served = serve(listener);
    let output = sandbox.fork(zygote).await.unwrap();
    let (answer, stream) = finished(served).await;
    Restored { answer, sandbox, output, _stream: stream }
}

const COUNTS: &str = "import os\n\
    made = os.urandom(4).hex()\n\
    count = 0\n\
    def handler(event, context):\n    global count\n    count += 1\n    return [made, count]\n";

#[test]
fn copies_have_what_the_initialisation_made_and_nothing_of_each_other() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let function = Function::new(COUNTS);
        let snapshot = snapshot(&server, &function).await;
        let one = restore(&server, &function, &*snapshot.zygote).await;
        let other = restore(&server, &function, &*snapshot.zygote).await;
        assert_eq!(one.answer, other.answer);
        assert!(one.answer.ends_with("1]"), "{}", one.answer);
        assert_eq!(snapshot.zygote.forks(), 3);
    });
}

#[test]
fn a_copy_is_what_a_started_program_is() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let function = Function::new(DESCRIBES_ITSELF);
        let snapshot = snapshot(&server, &function).await;

        let mut sandbox = server.sandboxes.create(function.spec(&server)).await.unwrap();
        let listener = sandbox.take_listeners().unwrap().runtime_api;
        let served = serve(listener.try_clone().unwrap());
        let _output = sandbox.start(function.fresh()).await.unwrap();
        let (fresh, stream) = finished(served).await;
        sandbox.kill();
        sandbox.exited().await;
        drop(stream);
        let served = serve(listener);
        let _output = sandbox.fork(&*snapshot.zygote).await.unwrap();
        let (copied, _stream) = finished(served).await;

        let fresh: serde_json::Value = serde_json::from_str(&fresh).unwrap();
        let copied: serde_json::Value =
            serde_json::from_str(&copied).unwrap_or_else(|error| panic!("{copied}: {error}"));
        for (name, value) in fresh.as_object().expect("the function describes itself") {
            // They tell how the process came to be.
            if !["environ", "child"].contains(&name.as_str()) {
                assert_eq!(&copied[name], value, "{name} of a copy");
            }
        }
    });
}

const DRAWS: &str = "import os, random, secrets, ssl, tempfile, uuid\n\
    random.random(), ssl.RAND_bytes(1), tempfile.mktemp()\n\
    def handler(event, context):\n    \
        return [random.random(), str(uuid.uuid4()), ssl.RAND_bytes(8).hex(), secrets.token_hex(8), tempfile.mktemp()]\n";

#[test]
fn two_copies_draw_different_random_numbers() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let function = Function::new(DRAWS);
        let snapshot = snapshot(&server, &function).await;
        let mut drawn = Vec::new();
        for _ in 0..2 {
            let restored = restore(&server, &function, &*snapshot.zygote).await;
            drawn.push(serde_json::from_str::<Vec<serde_json::Value>>(&restored.answer).unwrap());
        }
        for (one, other) in drawn[0].iter().zip(&drawn[1]) {
            assert_ne!(one, other);
        }
    });
}

const WRITES: &str = "import os\n\
    os.makedirs('/tmp/model/part')\n\
    open('/tmp/model/part/weights', 'w').write('made once')\n\
    os.symlink('part/weights', '/tmp/model/link')\n\
    def handler(event, context):\n    \
        seen = open('/tmp/model/link').read(), sorted(os.listdir('/tmp'))\n    \
        open('/tmp/own', 'w').close()\n    \
        return seen\n";

#[test]
fn a_copy_has_its_own_tmp_with_what_the_initialisation_wrote() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let function = Function::new(WRITES);
        let snapshot = snapshot(&server, &function).await;
        for _ in 0..2 {
            let restored = restore(&server, &function, &*snapshot.zygote).await;
            assert_eq!(restored.answer, r#"["made once", ["model"]]"#);
        }
    });
}

const HOOKS: &str = "import snapshot_restore_py as hooks\n\
    ran = []\n\
    hooks.register_before_snapshot(ran.append, 'before 1')\n\
    hooks.register_before_snapshot(ran.append, 'before 2')\n\
    hooks.register_after_restore(ran.append, 'after 1')\n\
    hooks.register_after_restore(ran.append, 'after 2')\n\
    def handler(event, context): return ran\n";

#[test]
fn hooks_run_around_the_snapshot() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let function = Function::new(HOOKS);
        let snapshot = snapshot(&server, &function).await;
        let restored = restore(&server, &function, &*snapshot.zygote).await;
        assert_eq!(restored.answer, r#"["before 2", "before 1", "after 1", "after 2"]"#);
    });
}

#[test]
fn the_initialisation_has_the_memory_of_its_sandbox_and_no_more() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let source = "everything = []\nwhile True: everything.append(bytearray(b'x' * (1 << 20)))\n";
        let function = Function::new(source);
        let zygote = server.sandboxes.zygote(spec(&function)).await.unwrap();
        let mut sandbox = server.sandboxes.create(function.spec(&server)).await.unwrap();
        let served = serve_first(sandbox.take_listeners().unwrap().runtime_api);
        let _output = sandbox.fork(&*zygote).await.unwrap();
        assert_eq!(sandbox.exited().await, Exit::OutOfMemory);
        assert!(sandbox.memory_peak() > 64 << 20, "{}", sandbox.memory_peak());
        until(|| zygote.has_ended()).await;
        drop(served);
        sandbox.remove().await;
    });
}

#[test]
fn a_copy_has_the_memory_of_its_sandbox_and_no_more() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let source = "def handler(event, context):\n    \
                      everything = []\n    \
                      while True: everything.append(bytearray(b'x' * (1 << 20)))\n";
        let function = Function::new(source);
        let snapshot = snapshot(&server, &function).await;
        let mut sandbox = server.sandboxes.create(function.spec(&server)).await.unwrap();
        let _served = serve(sandbox.take_listeners().unwrap().runtime_api);
        let _output = sandbox.fork(&*snapshot.zygote).await.unwrap();
        assert_eq!(sandbox.exited().await, Exit::OutOfMemory);
        assert!(!snapshot.zygote.has_ended());
    });
}

#[test]
fn signals_and_children_of_the_initialisation_are_its_own() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let source = "import os, signal, subprocess, threading\n\
            caught = []\n\
            signal.signal(signal.SIGUSR1, lambda *_: caught.append('usr1'))\n\
            os.kill(os.getpid(), signal.SIGUSR1)\n\
            said = subprocess.run(['/bin/echo', 'a child'], capture_output=True, text=True).stdout\n\
            thread = threading.Thread(target=caught.append, args=['thread'])\n\
            thread.start(); thread.join()\n\
            def handler(event, context): return [caught, said, threading.active_count()]\n";
        let function = Function::new(source);
        let snapshot = snapshot(&server, &function).await;
        let restored = restore(&server, &function, &*snapshot.zygote).await;
        assert_eq!(restored.answer, r#"[["usr1", "thread"], "a child\n", 1]"#);
    });
}

#[test]
fn what_no_copy_would_have_makes_the_snapshot_impossible() {
    run(async {
        let Some(server) = Server::open().await else { return };
        for source in [
            "import threading, time\nthreading.Thread(target=time.sleep, args=[1000], daemon=True).start()\n",
            "import subprocess\nsubprocess.Popen(['sleep', '1000'])\n",
        ] {
            let function = Function::new(&format!("{source}def handler(event, context): pass\n"));
            let zygote = server.sandboxes.zygote(spec(&function)).await.unwrap();
            let mut sandbox = server.sandboxes.create(function.spec(&server)).await.unwrap();
            let served = serve_first(sandbox.take_listeners().unwrap().runtime_api);
            let _output = sandbox.fork(&*zygote).await.unwrap();
            let (request, stream) = finished(served).await;
            assert!(request.starts_with("POST /2018-06-01/runtime/init/error"), "{request}");
            assert!(request.contains("Runtime.SnapshotNotPossible"), "{request}");
            answer(&stream, "202 Accepted", "", "{}");
            assert_eq!(sandbox.exited().await, Exit::Status(64));
        }
    });
}

#[test]
fn who_becomes_another_program_cannot_be_copied() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let function = Function::new("import os\nos.execv('/bin/sleep', ['sleep', '1000'])\n");
        let zygote = server.sandboxes.zygote(spec(&function)).await.unwrap();
        let mut sandbox = server.sandboxes.create(function.spec(&server)).await.unwrap();
        let served = serve_first(sandbox.take_listeners().unwrap().runtime_api);
        let _output = sandbox.fork(&*zygote).await.unwrap();
        let mut other = server.sandboxes.create(function.spec(&server)).await.unwrap();
        assert!(other.fork(&*zygote).await.is_err());
        sandbox.kill();
        assert_eq!(sandbox.exited().await, Exit::Signal(9));
        drop(served);
    });
}

#[test]
fn a_snapshot_ends_with_its_last_handle_and_its_copies_go_on() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let function = Function::new(ANSWERS);
        let Snapshot { zygote, sandbox, output, _stream } = snapshot(&server, &function).await;
        let mut restored = restore(&server, &function, &*zygote).await;
        drop(zygote);
        let mut first = sandbox;
        assert_eq!(first.exited().await, Exit::Signal(9));
        assert_eq!(all_of(output.stdout).await, "");
        first.remove().await;
        restored.sandbox.terminate();
        assert_eq!(restored.sandbox.exited().await, Exit::Status(3));
        assert_eq!(all_of(restored.output.stderr).await, "");
        restored.sandbox.remove().await;
    });
}

const ANSWERS: &str = "import signal, sys\n\
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))\n\
    def handler(event, context): return 'alive'\n";

#[test]
fn a_snapshot_ends_with_its_first_copy() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let function = Function::new(ANSWERS);
        let mut snapshot = snapshot(&server, &function).await;
        snapshot.sandbox.kill();
        assert_eq!(snapshot.sandbox.exited().await, Exit::Signal(9));
        until(|| snapshot.zygote.has_ended()).await;
        let mut other = server.sandboxes.create(function.spec(&server)).await.unwrap();
        assert!(other.fork(&*snapshot.zygote).await.is_err());
    });
}

#[test]
fn a_killed_launcher_takes_snapshots_along() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let function = Function::new(ANSWERS);
        let snapshot = snapshot(&server, &function).await;
        let keeper = children(&inner_launcher(&server)).into_iter().find(|child| !children(child).is_empty());
        let original = children(&keeper.unwrap()).remove(0);
        server.kill_launcher();
        until(|| snapshot.zygote.has_ended() && !is_running(&original)).await;
    });
}

#[test]
fn many_restores_leave_nothing_behind() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let source = "import os\ndef handler(event, context): os._exit(0)\n";
        let function = Function::new(source);
        let snapshot = snapshot(&server, &function).await;
        let mut sandbox = server.sandboxes.create(function.spec(&server)).await.unwrap();
        let listener = sandbox.take_listeners().unwrap().runtime_api;
        let inner = inner_launcher(&server);
        let keeper = children(&inner).into_iter().find(|child| children(child).len() == 2).unwrap();
        let original = children(&keeper).remove(0);
        let held = || [&inner, &keeper, &original].map(|process| (descriptors(process), children(process)));
        let mut before = None;
        for count in 0..30 {
            let _served = crash(listener.try_clone().unwrap());
            sandbox.fork(&*snapshot.zygote).await.unwrap();
            assert_eq!(sandbox.exited().await, Exit::Status(0));
            if count == 9 {
                before = Some(held());
            }
        }
        assert_eq!(Some(held()), before);
    });
}

/// Gives a copy an event, whatever becomes of it.
fn crash(listener: TcpListener) -> thread::JoinHandle<()> {
    listener.set_nonblocking(false).unwrap();
    thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut requests = BufReader::new(stream.try_clone().unwrap());
        request(&mut requests);
        answer(&stream, "200 OK", "", &assignment_of(&SNAP_START));
        request(&mut requests);
        answer(&stream, "200 OK", EVENT, "{}");
    })
}

/// The function has restartable sequences described in its memory, all of which lead to an endless loop, as far as the
/// kernel still believes in them.
const MISLEADS: &str = r#"
import ctypes, mmap, struct
libc = ctypes.CDLL(None)
try:
    at = ctypes.c_ssize_t.in_dll(libc, "__rseq_offset").value
    thread = ctypes.cast(ctypes.CFUNCTYPE(ctypes.c_void_p)(("pthread_self", libc))(), ctypes.c_void_p).value
except ValueError:
    at = None
trap = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
trap.write(b"\x53\x30\x05\x53\xeb\xfe")
where = ctypes.addressof(ctypes.c_char.from_buffer(trap))
# Everything below the trap is one critical section, and what is mapped next is below.
section = ctypes.create_string_buffer(struct.pack("=IIQQQ", 0, 0, 65536, where - 65536, where + 4), 32)
if at is not None:
    ctypes.c_uint64.from_address(thread + at + 8).value = ctypes.addressof(section)
def handler(event, context): return "not misled"
"#;

#[test]
fn what_lies_in_its_memory_does_not_lead_a_copy_elsewhere() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let function = Function::new(MISLEADS);
        let snapshot = snapshot(&server, &function).await;
        for _ in 0..5 {
            let restored = restore(&server, &function, &*snapshot.zygote).await;
            assert_eq!(restored.answer, "\"not misled\"");
        }
    });
}
