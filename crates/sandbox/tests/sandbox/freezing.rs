//! Sandboxes whose processes are stopped.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use hob_sandbox::{Exit, Grade, Sandbox, Subject};
use tokio::io::AsyncBufReadExt;

use crate::support::{
    Server, after_a_killed_one, first_line, groups_of, processes_with, run, shell, traces_of,
};

/// Far more than the kernel takes on a busy machine.
const DEADLINE: Duration = Duration::from_secs(60);

/// Says that it is there, and then so again and again, whether or not anybody reads it.
const TALKATIVE: &str = "trap '' PIPE; (setsid sleep 1000) & while :; do echo tick; sleep 0.001; done";

/// A server whose sandboxes can be frozen.
async fn server() -> Option<Server> {
    let server = Server::open().await?;
    let can =
        |finding: &hob_sandbox::Finding| finding.subject == Subject::Freezing && finding.grade == Grade::Full;
    if server.report.findings.iter().any(can) {
        return Some(server);
    }
    eprintln!("skipped, nothing can be frozen here");
    None
}

/// The kernel takes a moment.
async fn is_frozen(name: &str) {
    let frozen = |group: &PathBuf| {
        let v1 = fs::read_to_string(group.join("freezer.state")).is_ok_and(|state| state == "FROZEN\n");
        v1 || fs::read_to_string(group.join("cgroup.events")).is_ok_and(|events| events.contains("frozen 1"))
    };
    let waiting = async {
        while !groups_of(name).iter().any(frozen) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(DEADLINE, waiting).await.expect("it was frozen");
}

async fn frozen(server: &Server) -> (Box<dyn Sandbox>, String) {
    let spec = server.spec();
    let name = spec.id.to_string();
    let mut sandbox = server.create_with(spec).await;
    let output = sandbox.start(shell(TALKATIVE)).await.unwrap();
    let _output = first_line(output.stdout).await;
    sandbox.freeze();
    is_frozen(&name).await;
    (sandbox, name)
}

#[test]
fn a_thawed_program_goes_on_where_it_was() {
    run(async {
        let Some(server) = server().await else { return };
        let spec = server.spec();
        let name = spec.id.to_string();
        let mut sandbox = server.create_with(spec).await;
        let output =
            sandbox.start(shell("echo 1; n=2; while :; do echo $n; n=$((n+1)); done")).await.unwrap();
        let (_, mut lines) = first_line(output.stdout).await;
        let mut last = 1;
        for _ in 0..3 {
            sandbox.freeze();
            is_frozen(&name).await;
            sandbox.thaw();
            // More than the pipe can have held when it was frozen.
            for _ in 0..20_000 {
                let mut line = String::new();
                lines.read_line(&mut line).await.unwrap();
                assert_eq!(line.trim().parse(), Ok(last + 1));
                last += 1;
            }
        }
    });
}

#[test]
fn a_frozen_program_can_be_killed() {
    run(async {
        let Some(server) = server().await else { return };
        let (mut sandbox, name) = frozen(&server).await;
        sandbox.kill();
        assert_eq!(sandbox.exited().await, Exit::Signal(9));
        sandbox.remove().await;
        assert_eq!(traces_of(&name), Vec::<String>::new());
    });
}

#[test]
fn a_frozen_program_can_be_asked_to_end() {
    run(async {
        let Some(server) = server().await else { return };
        let (mut sandbox, _) = frozen(&server).await;
        sandbox.terminate();
        assert_eq!(sandbox.exited().await, Exit::Signal(15));
    });
}

#[test]
fn a_frozen_sandbox_is_removed_like_any_other() {
    run(async {
        let Some(server) = server().await else { return };
        let (sandbox, name) = frozen(&server).await;
        sandbox.remove().await;
        assert_eq!(traces_of(&name), Vec::<String>::new());
    });
}

#[test]
fn a_server_with_a_frozen_sandbox_can_be_closed() {
    run(async {
        let Some(server) = server().await else { return };
        let (sandbox, name) = frozen(&server).await;
        let directory = server.close();
        assert_eq!(traces_of(&name), Vec::<String>::new());
        assert_eq!(processes_with(directory.path()), Vec::<PathBuf>::new());
        drop(sandbox);
    });
}

#[test]
fn a_frozen_sandbox_dies_with_its_launcher_and_the_next_one_works() {
    run(async {
        let Some(server) = server().await else { return };
        let (mut sandbox, name) = frozen(&server).await;
        server.kill_launcher();
        assert_eq!(sandbox.exited().await, Exit::Signal(9));
        server.create().await.remove().await;
        assert_eq!(traces_of(&name), Vec::<String>::new());
    });
}

/// The rest of this test's name is what a second process of it does; it ends by being killed.
#[test]
fn a_killed_server_with_a_frozen_sandbox_leaves_what_the_next_one_sweeps() {
    const ROLE: &str = "HOB_TEST_KILLED_WITH_FROZEN";
    if let Some(directory) = std::env::var_os(ROLE) {
        run(async {
            let server = Server::open_in(PathBuf::from(directory)).await.unwrap();
            let (mut sandbox, name) = frozen(&server).await;
            println!("sandbox {name}");
            sandbox.exited().await;
        });
        return;
    }
    run(async {
        let Some(server) = server().await else { return };
        let test = "freezing::a_killed_server_with_a_frozen_sandbox_leaves_what_the_next_one_sweeps";
        after_a_killed_one(server, ROLE, test).await;
    });
}
