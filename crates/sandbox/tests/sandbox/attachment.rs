//! Sandboxes that are made before it is known whose they will be.

use std::fs;
use std::path::{Path, PathBuf};

use hob_sandbox::{Exit, Mount, Sandbox, SandboxError, SandboxSpec, Specialisation};
use hob_types::MemoryMib;

use crate::support::{Server, all_of, first_line, mount, outcome, printed, run, shell};

const SLOTS: [&str; 3] = ["/var/task", "/opt", "/var/extra"];

fn ahead(server: &Server) -> SandboxSpec {
    SandboxSpec { slots: SLOTS.map(PathBuf::from).to_vec(), ..server.spec() }
}

fn specialisation(mounts: Vec<Mount>) -> Specialisation {
    Specialisation { mounts, memory: MemoryMib::default() }
}

/// A directory that the sandbox's user can read, with one file in it.
fn code(file: &str, content: &str) -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(directory.path().join(file), content).unwrap();
    directory
}

#[test]
fn a_running_program_sees_what_is_attached() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create_with(ahead(&server)).await;
        let waiting = "ls /var/task /opt /var/extra; until [ -e /var/task/index ]; do sleep 0.01; done; cat /var/task/*";
        let output = sandbox.start(shell(waiting)).await.unwrap();
        let (line, rest) = first_line(output.stdout).await;
        assert_eq!(line, "/opt:\n");
        let code = code("index", "print");
        sandbox.attach(specialisation(vec![mount(code.path(), "/var/task")])).await.unwrap();
        assert_eq!(sandbox.exited().await, Exit::Status(0));
        let rest = all_of(rest.into_inner().into_blocking_fd().unwrap()).await;
        assert!(rest.ends_with("print"), "{rest}");
    });
}

#[test]
fn what_is_attached_is_read_only_and_may_be_layers() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create_with(ahead(&server)).await;
        let (first, second) = (code("a", "first"), code("a", "second"));
        fs::write(first.path().join("b"), "below").unwrap();
        let layers =
            Mount { sources: vec![first.path().to_owned(), second.path().to_owned()], target: "/opt".into() };
        let task = mount(first.path(), "/var/task");
        sandbox.attach(specialisation(vec![task, layers])).await.unwrap();
        assert_eq!(printed(&mut *sandbox, "cat /opt/a /opt/b").await, "secondbelow");
        let (_, stderr, _) = outcome(&mut *sandbox, "touch /opt/x /var/task/x /var/extra/x").await;
        assert_eq!(stderr.matches("Read-only file system").count(), 3, "{stderr}");
        let options = printed(&mut *sandbox, "grep -E ' /(opt|var/task) ' /proc/self/mounts").await;
        // The slots, and what was mounted over two of them.
        assert_eq!(options.lines().count(), 4, "{options}");
        assert!(options.lines().all(|line| line.contains(" ro,nosuid,nodev")), "{options}");
    });
}

#[test]
fn it_belongs_to_one_function_for_life() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create_with(ahead(&server)).await;
        let mine = code("mine", "");
        sandbox.attach(specialisation(vec![mount(mine.path(), "/var/task")])).await.unwrap();
        let other = code("other", "");
        let again = sandbox.attach(specialisation(vec![mount(other.path(), "/opt")])).await;
        assert!(matches!(again, Err(SandboxError::Io { .. })), "{again:?}");
        assert_eq!(printed(&mut *sandbox, "ls /var/task /opt").await, "/opt:\n\n/var/task:\nmine\n");
    });
}

#[test]
fn other_sandboxes_and_the_host_see_nothing_of_it() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create_with(ahead(&server)).await;
        let mut earlier = server.create_with(ahead(&server)).await;
        let code = code("secret", "");
        sandbox.attach(specialisation(vec![mount(code.path(), "/var/task")])).await.unwrap();
        let mut later = server.create_with(ahead(&server)).await;
        let nothing = "ls /var/task; grep -c '/var/task' /proc/self/mounts";
        assert_eq!(printed(&mut *earlier, nothing).await, "1\n", "the slot alone");
        assert_eq!(printed(&mut *later, nothing).await, "1\n");
        // Making and removing others, whose first copy of the launcher's mounts had this one's slots in it, leaves it.
        earlier.remove().await;
        later.remove().await;
        assert_eq!(printed(&mut *sandbox, "ls /var/task").await, "secret\n");
    });
}

#[test]
fn something_that_is_no_slot_or_not_there_is_refused() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let code = code("index", "");
        for wrong in [mount(code.path(), "/usr"), mount(Path::new("/nowhere"), "/opt")] {
            let mut sandbox = server.create_with(ahead(&server)).await;
            assert!(sandbox.attach(specialisation(vec![wrong])).await.is_err());
        }
        let mut without_slots = server.create().await;
        let attached = without_slots.attach(specialisation(vec![mount(code.path(), "/var/task")])).await;
        assert!(attached.is_err());
    });
}

async fn fills(sandbox: &mut dyn Sandbox, mebibytes: u32) -> Exit {
    let fill = format!("exec /usr/bin/perl -e '$a = \"x\" x ({mebibytes} << 20); sleep 1'");
    outcome(sandbox, &fill).await.2
}

#[test]
fn the_memory_size_of_the_function_replaces_the_earlier_one() {
    run(async {
        let Some(server) = Server::open().await else { return };
        for (before, after) in [(128, 512), (3008, 512)] {
            let spec = SandboxSpec { memory: MemoryMib::try_from(before).unwrap(), ..ahead(&server) };
            let mut sandbox = server.create_with(spec).await;
            let memory = MemoryMib::try_from(after).unwrap();
            sandbox.attach(Specialisation { mounts: Vec::new(), memory }).await.unwrap();
            assert_eq!(fills(&mut *sandbox, 200).await, Exit::Status(0), "{before} {after}");
            assert_eq!(fills(&mut *sandbox, 600).await, Exit::OutOfMemory, "{before} {after}");
        }
    });
}

#[test]
fn one_that_was_never_used_leaves_nothing_in_the_launcher() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mounts = server.launcher_mounts();
        let spec = ahead(&server);
        let unused = server.create_with(spec).await;
        assert_eq!(server.launcher_mounts().len(), mounts.len() + 1);
        unused.remove().await;
        assert_eq!(server.launcher_mounts(), mounts);

        let mut used = server.create_with(ahead(&server)).await;
        let code = code("index", "");
        used.attach(specialisation(vec![mount(code.path(), "/var/task")])).await.unwrap();
        // Orders are carried out one after another.
        server.create().await.remove().await;
        assert_eq!(server.launcher_mounts(), mounts, "what is attached is the sandbox's alone");
        assert_eq!(printed(&mut *used, "ls /var/task").await, "index\n");
    });
}

#[test]
fn attaching_to_a_sandbox_of_a_dead_launcher_is_an_error() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create_with(ahead(&server)).await;
        server.kill_launcher();
        assert_eq!(sandbox.exited().await, Exit::Signal(9));
        assert!(sandbox.attach(specialisation(Vec::new())).await.is_err());
        sandbox.remove().await;
    });
}
