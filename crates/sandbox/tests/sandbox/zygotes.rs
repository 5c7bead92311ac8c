//! Copies of a zygote: that they are what a started program is, and what becomes of them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, thread};

use hob_sandbox::{Exit, Mount, Output, Program, Sandbox, SandboxSpec, Zygote, ZygoteSpec};

use crate::support::{Server, all_of, mount, printed, run};

/// Another one than the system's can be tested: `HOB_TEST_PYTHON=/opt/python3.13/bin/python3.13`.
fn python() -> PathBuf {
    std::env::var_os("HOB_TEST_PYTHON").map_or_else(|| "/usr/bin/python3".into(), PathBuf::from)
}

fn prefix() -> PathBuf {
    python().parent().and_then(Path::parent).unwrap().to_owned()
}

fn libraries() -> String {
    prefix().join("lib").display().to_string()
}

/// Of a Python function: its code, and what it is started with.
pub struct Function {
    directory: tempfile::TempDir,
}

impl Function {
    pub fn new(source: &str) -> Self {
        let directory = tempfile::Builder::new().prefix("hob-zygotes-").tempdir().unwrap();
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let function = Self { directory };
        copy_runtime(&function.runtime());
        fs::create_dir(function.code()).unwrap();
        fs::write(function.code().join("app.py"), source).unwrap();
        function
    }

    fn runtime(&self) -> PathBuf {
        self.directory.path().join("runtime")
    }

    fn code(&self) -> PathBuf {
        self.directory.path().join("code")
    }

    pub fn program(&self, environment: &[(&str, &str)]) -> Program {
        let libraries = libraries();
        let environment = environment.iter().copied().chain([("LD_LIBRARY_PATH", libraries.as_str())]);
        Program {
            path: python(),
            arguments: vec![python().into(), "-S".into(), "/var/runtime/bootstrap.py".into()],
            environment: environment.map(|(name, value)| (name.into(), value.into())).collect(),
            working_directory: "/var/task".into(),
        }
    }

    pub fn fresh(&self) -> Program {
        self.program(&VARIABLES)
    }

    fn zygote(&self) -> ZygoteSpec {
        let environment = [
            ("HOB_PARKED", "1"),
            ("AWS_LAMBDA_RUNTIME_API", "169.254.100.1:9001"),
            ("PYTHONPATH", "/var/runtime"),
            ("LC_CTYPE", "C.UTF-8"),
        ];
        ZygoteSpec {
            mounts: self.runtime_mounts(),
            program: self.program(&environment),
            from_first_copy: false,
        }
    }

    pub fn runtime_mounts(&self) -> Vec<Mount> {
        let prefix = prefix();
        let prefix = (prefix != Path::new("/usr")).then(|| mount(&prefix, &prefix));
        prefix.into_iter().chain([mount(self.runtime(), "/var/runtime")]).collect()
    }

    pub fn spec(&self, server: &Server) -> SandboxSpec {
        let code = mount(self.code(), "/var/task");
        let mounts = self.runtime_mounts().into_iter().chain([code]).collect();
        SandboxSpec { mounts, ..server.spec() }
    }
}

const VARIABLES: [(&str, &str); 9] = [
    ("AWS_LAMBDA_RUNTIME_API", "169.254.100.1:9001"),
    ("AWS_EXECUTION_ENV", "AWS_Lambda_python3.12"),
    ("_HANDLER", "app.handler"),
    ("LAMBDA_TASK_ROOT", "/var/task"),
    ("PYTHONPATH", "/var/runtime"),
    ("LC_CTYPE", "C.UTF-8"),
    ("PATH", "/usr/bin:/bin"),
    ("TZ", ":UTC"),
    ("OWN", "value with \"quotes\" and ü"),
];

fn copy_runtime(to: &Path) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../runtimes/python");
    fs::create_dir_all(to.join("hob_runtime")).unwrap();
    fs::copy(from.join("bootstrap.py"), to.join("bootstrap.py")).unwrap();
    fs::copy(from.join("snapshot_restore_py.py"), to.join("snapshot_restore_py.py")).unwrap();
    for entry in fs::read_dir(from.join("hob_runtime")).unwrap().flatten() {
        if entry.path().extension().is_some_and(|extension| extension == "py") {
            fs::copy(entry.path(), to.join("hob_runtime").join(entry.file_name())).unwrap();
        }
    }
}

/// Serves one runtime in a thread: its assignment, if it asks for one, and one event. Returns what the function
/// answered; the runtime then waits for another event until the returned connection is closed.
pub fn serve(listener: TcpListener) -> thread::JoinHandle<(String, TcpStream)> {
    listener.set_nonblocking(false).unwrap();
    thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut requests = BufReader::new(stream.try_clone().unwrap());
        loop {
            let (line, body) = request(&mut requests);
            match line.as_str() {
                "GET /hob/assignment HTTP/1.1" => answer(&stream, "200 OK", "", &assignment()),
                "GET /2018-06-01/runtime/invocation/next HTTP/1.1" => answer(&stream, "200 OK", EVENT, "{}"),
                _ => {
                    answer(&stream, "202 Accepted", "", "{}");
                    return (body, stream);
                }
            }
        }
    })
}

pub const EVENT: &str = "Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n\
                     Lambda-Runtime-Deadline-Ms: 4102444800000\r\n";

pub fn request(from: &mut impl BufRead) -> (String, String) {
    let mut first = String::new();
    from.read_line(&mut first).unwrap();
    let mut length = 0;
    loop {
        let mut line = String::new();
        from.read_line(&mut line).unwrap();
        match line.trim_end().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().unwrap(),
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).unwrap();
    (first.trim_end().to_owned(), String::from_utf8(body).unwrap())
}

pub fn answer(mut to: &TcpStream, status: &str, headers: &str, body: &str) {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    );
    to.write_all((head + body).as_bytes()).unwrap();
}

fn assignment() -> String {
    assignment_of(&[])
}

pub fn assignment_of(more: &[(&str, &str)]) -> String {
    let variable = |(name, value)| format!("{}:{}", serde_json::json!(name), serde_json::json!(value));
    let libraries = libraries();
    let variables = VARIABLES.into_iter().chain([("LD_LIBRARY_PATH", libraries.as_str())]);
    let variables = variables.chain(more.iter().copied());
    format!("{{{}}}", variables.map(variable).collect::<Vec<_>>().join(","))
}

pub async fn finished(task: thread::JoinHandle<(String, TcpStream)>) -> (String, TcpStream) {
    tokio::task::spawn_blocking(|| task.join().unwrap()).await.unwrap()
}

/// What a copy answers to one event, and the handle of the running copy.
async fn copy(
    sandbox: &mut dyn Sandbox,
    listener: &TcpListener,
    zygote: &dyn Zygote,
) -> (String, Output, TcpStream) {
    let served = serve(listener.try_clone().unwrap());
    let output = sandbox.fork(zygote).await.unwrap();
    let (answer, stream) = finished(served).await;
    (answer, output, stream)
}

async fn zygote(server: &Server, function: &Function) -> Arc<dyn Zygote> {
    server.sandboxes.zygote(function.zygote()).await.unwrap()
}

/// What a process can know of itself, but for what the documentation excepts: its parent, its start, its first environment.
pub const DESCRIBES_ITSELF: &str = r#"
import os, sys, resource, signal, locale, time, threading, random, json, logging
KEYS = ("Cap", "NoNewPrivs", "Seccomp", "Uid", "Gid", "Groups", "Sig", "Threads", "Umask", "CoreDumping", "TracerPid",
        "Name", "Cpus_allowed_list", "Mems_allowed_list", "Speculation", "SigQ")
def lines(path):
    with open(path) as file:
        return file.read().splitlines()
def namespaces():
    return {name: os.readlink("/proc/self/ns/" + name) for name in os.listdir("/proc/self/ns")}
def limits():
    names = [name for name in dir(resource) if name.startswith("RLIMIT_")]
    return {name: resource.getrlimit(getattr(resource, name)) for name in names}
def descriptors():
    known = {}
    for number in range(64):
        try:
            kind = os.readlink("/proc/self/fd/%d" % number).split(":")[0]
        except OSError:
            continue
        known[number] = kind, os.get_inheritable(number)
    return known
def child(variable):
    import subprocess
    return subprocess.run(["/usr/bin/env"], capture_output=True, text=True).stdout.splitlines()
def handler(event, context):
    return {
        "status": [line for line in lines("/proc/self/status") if line.startswith(KEYS) and "SigQ" not in line],
        "namespaces": namespaces(),
        "limits": limits(),
        "descriptors": descriptors(),
        "cgroup": lines("/proc/self/cgroup"),
        "mounts": lines("/proc/self/mountinfo"),
        "cwd": os.getcwd(),
        "root": os.listdir("/"),
        "owner": os.stat("/proc/self/fd").st_uid,
        "session": (os.getsid(0) == os.getpid(), os.getpgid(0) == os.getpid()),
        "command": lines("/proc/self/cmdline"),
        "executable": os.readlink("/proc/self/exe"),
        "comm": lines("/proc/self/comm"),
        "processes": sorted(name for name in os.listdir("/proc") if name.isdigit() and name != str(os.getpid())),
        "oom": lines("/proc/self/oom_score_adj"),
        "argv": (sys.argv, sys.orig_argv if hasattr(sys, "orig_argv") else None),
        "path": sys.path,
        "flags": str(sys.flags),
        "environ": dict(os.environ),
        "child": child("OWN"),
        "signals": {int(number): str(signal.getsignal(number)) for number in signal.valid_signals()},
        "wakeup": signal.set_wakeup_fd(-1),
        "locale": locale.setlocale(locale.LC_ALL),
        "time": (time.tzname, time.timezone),
        "stdout": (sys.stdout.encoding, sys.stdout.seekable(), sys.stdout.line_buffering, sys.stdin.closed),
        "threads": (threading.active_count(), threading.main_thread().native_id == threading.get_native_id()),
        "root logger": (str(logging.getLogger().handlers[0].__class__), logging.getLogger().level),
        "main": sorted(vars(sys.modules["__main__"])),
        "interfaces": [line.split(":")[0] for line in lines("/proc/net/dev")],
        "host": os.uname().nodename,
        "nice": os.nice(0),
        "affinity": sorted(os.sched_getaffinity(0)),
    }
"#;

#[test]
fn a_copy_is_what_a_started_program_is() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let function = Function::new(DESCRIBES_ITSELF);
        let zygote = zygote(&server, &function).await;
        let mut sandbox = server.sandboxes.create(function.spec(&server)).await.unwrap();
        let listener = sandbox.take_listeners().unwrap().runtime_api;

        let served = serve(listener.try_clone().unwrap());
        let output = sandbox.start(function.fresh()).await.unwrap();
        let (fresh, stream) = finished(served).await;
        // In this order, because a runtime that loses its connection opens another.
        sandbox.kill();
        sandbox.exited().await;
        drop((stream, output));

        let (copied, _output, _stream) = copy(&mut *sandbox, &listener, &*zygote).await;
        let fresh: serde_json::Value = serde_json::from_str(&fresh).unwrap();
        let copied: serde_json::Value =
            serde_json::from_str(&copied).unwrap_or_else(|error| panic!("{copied}: {error}"));
        for (name, value) in fresh.as_object().expect("the function describes itself") {
            assert_eq!(&copied[name], value, "{name} of a copy");
        }
        assert_eq!(zygote.forks(), 1);
        sandbox.kill();
        assert_eq!(sandbox.exited().await, Exit::Signal(9));
    });
}

/// What can be random, and must not be what another copy has.
const DRAWS: &str = r#"
import random, uuid, ssl, os, secrets, tempfile, hashlib
def handler(event, context):
    return [random.random(), str(uuid.uuid4()), str(uuid.uuid1()), ssl.RAND_bytes(8).hex(), os.urandom(8).hex(),
            secrets.token_hex(8), tempfile.mktemp(), str(random.SystemRandom().random())]
"#;

#[test]
fn two_copies_draw_different_random_numbers() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let function = Function::new(DRAWS);
        let zygote = zygote(&server, &function).await;
        let mut drawn: Vec<Vec<serde_json::Value>> = Vec::new();
        for _ in 0..2 {
            let mut sandbox = server.sandboxes.create(function.spec(&server)).await.unwrap();
            let listener = sandbox.take_listeners().unwrap().runtime_api;
            let (answer, _output, _stream) = copy(&mut *sandbox, &listener, &*zygote).await;
            drawn.push(serde_json::from_str(&answer).unwrap());
        }
        for (one, other) in drawn[0].iter().zip(&drawn[1]) {
            assert_ne!(one, other);
        }
    });
}

const ANSWERS: &str = "import signal, sys\n\
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))\n\
    def handler(event, context): return 'alive'\n";

#[test]
fn a_copy_is_asked_to_end_as_a_program_is_and_another_takes_its_place() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let function = Function::new(ANSWERS);
        let zygote = zygote(&server, &function).await;
        let mut sandbox = server.sandboxes.create(function.spec(&server)).await.unwrap();
        let listener = sandbox.take_listeners().unwrap().runtime_api;
        for _ in 0..3 {
            let (answer, output, stream) = copy(&mut *sandbox, &listener, &*zygote).await;
            assert_eq!(answer, "\"alive\"");
            sandbox.terminate();
            assert_eq!(sandbox.exited().await, Exit::Status(3));
            drop(stream);
            assert_eq!(all_of(output.stderr).await, "");
        }
        assert_eq!(printed(&mut *sandbox, "echo a program").await, "a program\n");
        sandbox.remove().await;
    });
}

#[test]
fn what_a_copy_left_running_ends_with_it() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let source = "import os, subprocess, sys\nsubprocess.Popen(['sleep', '1000'])\nos._exit(7)\n";
        let function = Function::new(source);
        let zygote = zygote(&server, &function).await;
        let mut sandbox = server.sandboxes.create(function.spec(&server)).await.unwrap();
        let listener = sandbox.take_listeners().unwrap().runtime_api;
        let assigned = assign_only(listener);
        let output = sandbox.fork(&*zygote).await.unwrap();
        assert_eq!(sandbox.exited().await, Exit::Status(7));
        assigned.join().unwrap();
        // The orphan held the pipe open, so its end shows that it is dead, too.
        assert_eq!(all_of(output.stdout).await, "");
    });
}

#[test]
fn a_copy_has_the_memory_of_its_sandbox_and_no_more() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let function =
            Function::new("everything = []\nwhile True: everything.append(bytearray(b'x' * (1 << 20)))\n");
        let zygote = zygote(&server, &function).await;
        let mut sandbox = server.sandboxes.create(function.spec(&server)).await.unwrap();
        let listener = sandbox.take_listeners().unwrap().runtime_api;
        for _ in 0..2 {
            let assigned = assign_only(listener.try_clone().unwrap());
            let _output = sandbox.fork(&*zygote).await.unwrap();
            assert_eq!(sandbox.exited().await, Exit::OutOfMemory);
            assigned.join().unwrap();
        }
        assert!(sandbox.memory_peak() > 64 << 20, "{}", sandbox.memory_peak());
    });
}

#[test]
fn copies_outlive_their_zygote_and_their_end_is_told() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let function = Function::new(ANSWERS);
        let zygote = zygote(&server, &function).await;
        let mut sandbox = server.sandboxes.create(function.spec(&server)).await.unwrap();
        let listener = sandbox.take_listeners().unwrap().runtime_api;
        let (_, _output, _stream) = copy(&mut *sandbox, &listener, &*zygote).await;

        assert!(!zygote.has_ended());
        kill(&zygotes_of(&server)[0]);
        until(|| zygote.has_ended()).await;
        let mut other = server.sandboxes.create(function.spec(&server)).await.unwrap();
        assert!(other.fork(&*zygote).await.is_err());
        assert_eq!(printed(&mut *other, "echo still usable").await, "still usable\n");

        sandbox.terminate();
        assert_eq!(sandbox.exited().await, Exit::Status(3));
        sandbox.remove().await;
    });
}

#[test]
fn a_zygote_ends_with_its_last_handle_and_its_copies_go_on() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let function = Function::new(ANSWERS);
        let zygote = zygote(&server, &function).await;
        let mut sandbox = server.sandboxes.create(function.spec(&server)).await.unwrap();
        let listener = sandbox.take_listeners().unwrap().runtime_api;
        let (_, _output, _stream) = copy(&mut *sandbox, &listener, &*zygote).await;
        drop(zygote);
        until(|| zygotes_of(&server).is_empty()).await;
        sandbox.terminate();
        assert_eq!(sandbox.exited().await, Exit::Status(3));
    });
}

#[test]
fn a_killed_launcher_takes_zygotes_and_copies_along() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let function = Function::new(ANSWERS);
        let zygote = zygote(&server, &function).await;
        let mut sandbox = server.sandboxes.create(function.spec(&server)).await.unwrap();
        let listener = sandbox.take_listeners().unwrap().runtime_api;
        let (_, output, _stream) = copy(&mut *sandbox, &listener, &*zygote).await;
        let process = zygotes_of(&server).remove(0);
        server.kill_launcher();
        assert_eq!(sandbox.exited().await, Exit::Signal(9));
        assert_eq!(all_of(output.stdout).await, "");
        until(|| zygote.has_ended() && !is_running(&process)).await;
    });
}

#[test]
fn many_copies_leave_nothing_behind() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let function = Function::new("import os\nos._exit(0)\n");
        let zygote = zygote(&server, &function).await;
        let mut sandbox = server.sandboxes.create(function.spec(&server)).await.unwrap();
        let listener = sandbox.take_listeners().unwrap().runtime_api;
        let processes = [inner_launcher(&server), zygotes_of(&server).remove(0)];
        let held = || processes.each_ref().map(|process| (descriptors(process), children(process)));
        let mut before = None;
        for count in 0..100 {
            let assigned = assign_only(listener.try_clone().unwrap());
            sandbox.fork(&*zygote).await.unwrap();
            assert_eq!(sandbox.exited().await, Exit::Status(0));
            assigned.join().unwrap();
            if count == 9 {
                before = Some(held());
            }
        }
        assert_eq!(zygote.forks(), 100);
        assert_eq!(Some(held()), before);
    });
}

#[test]
fn a_zygote_that_cannot_start_says_why() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let function = Function::new("");
        let mut spec = function.zygote();
        spec.program.path = "/usr/bin/no-python".into();
        let error = server.sandboxes.zygote(spec).await.unwrap_err().to_string();
        assert!(error.contains("executing /usr/bin/no-python: No such file"), "{error}");

        fs::write(function.runtime().join("hob_runtime/entering.py"), "raise ImportError('no ctypes')")
            .unwrap();
        let error = server.sandboxes.zygote(function.zygote()).await.unwrap_err().to_string();
        assert!(error.contains("ImportError: no ctypes"), "{error}");
    });
}

/// The processes of a server's zygotes: children of its launcher in the launcher's own namespace.
fn zygotes_of(server: &Server) -> Vec<String> {
    children(&inner_launcher(server)).into_iter().filter(|child| is_zygote(child)).collect()
}

pub fn inner_launcher(server: &Server) -> String {
    children(&server.launcher()).remove(0)
}

pub fn children(process: &str) -> Vec<String> {
    let children = fs::read_to_string(format!("/proc/{process}/task/{process}/children")).unwrap_or_default();
    children.split_whitespace().map(str::to_owned).collect()
}

fn is_zygote(process: &str) -> bool {
    let command = fs::read_to_string(format!("/proc/{process}/cmdline")).unwrap_or_default();
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let numbers = status.lines().find_map(|line| line.strip_prefix("NSpid:")).unwrap_or_default();
    command.contains("bootstrap.py") && numbers.split_whitespace().count() == 2
}

pub fn is_running(process: &str) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    status.lines().any(|line| line.starts_with("State:") && !line.contains('Z'))
}

fn kill(process: &str) {
    let process = rustix::process::Pid::from_raw(process.parse().unwrap()).unwrap();
    rustix::process::kill_process(process, rustix::process::Signal::KILL).unwrap();
}

/// How many descriptors a process has.
pub fn descriptors(process: &str) -> usize {
    fs::read_dir(format!("/proc/{process}/fd")).unwrap().count()
}

/// Something that another process does soon.
pub async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::task::yield_now().await;
    }
}

/// Answers one runtime's question for its function, and closes the connection after the next request or its end.
fn assign_only(listener: TcpListener) -> thread::JoinHandle<()> {
    listener.set_nonblocking(false).unwrap();
    thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut requests = BufReader::new(stream.try_clone().unwrap());
        request(&mut requests);
        answer(&stream, "200 OK", "", &assignment());
        let _ = requests.read(&mut [0; 1]);
    })
}
