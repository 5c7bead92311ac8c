//! Processes: all of a sandbox's end with it, however they try to leave, and no other.

use std::fs;
use std::process::Command;

use hob_sandbox::Exit;

use super::support::{Server, outcome, printed, run, shell};

/// Whether a process with this in its command line runs.
fn runs(mark: &str) -> bool {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let mut commands = entries.map(|entry| fs::read(entry.path().join("cmdline")).unwrap_or_default());
    commands.any(|command| String::from_utf8_lossy(&command).contains(mark))
}

#[test]
fn a_daemon_ends_with_the_program_that_started_it() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create().await;
        let script = "(setsid sh -c 'sleep 7101 & sleep 7101' > /dev/null 2>&1 &) ; sleep 0.2; echo done";
        assert_eq!(printed(&mut *sandbox, script).await, "done\n");
        assert!(!runs("sleep\x007101"), "the end of the program is told when all others have ended");
    });
}

#[test]
fn a_kill_reaches_all_and_nobody_else() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut bystander = Command::new("sleep").arg("7102").spawn().unwrap();
        let (mut one, mut other) = (server.create().await, server.create().await);
        let script = "sleep 7103 & setsid sleep 7103 & (sleep 7103 &); sleep 7103";
        let program = shell(&*one, script);
        let _output = one.start(program).await.unwrap();
        let program = shell(&*other, "sleep 7104");
        let _other_output = other.start(program).await.unwrap();
        one.kill();
        assert_eq!(one.exited().await, Exit::Signal(9));
        assert!(!runs("sleep\x007103"));
        assert!(runs("sleep\x007104") && bystander.try_wait().unwrap().is_none());
        bystander.kill().unwrap();
        bystander.wait().unwrap();
        other.remove().await;
        assert!(!runs("sleep\x007104"));
    });
}

#[test]
fn a_fork_bomb_is_limited_or_ended() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create().await;
        let bomb = "i=0; while [ $i -lt 3000 ]; do sleep 7105 & i=$((i+1)); done; sleep 2; echo survived";
        let (output, error, exit) = outcome(&mut *sandbox, bomb).await;
        let limited = error.contains("Cannot fork");
        let ended = exit == Exit::Signal(9) && error.contains("hob: more than 1024 processes and threads");
        assert!(limited || ended, "{output} {error} {exit:?}");
        assert!(!runs("sleep\x007105"));
        assert_eq!(printed(&mut *sandbox, "echo again").await, "again\n");
    });
}

#[test]
fn signals_do_not_leave_the_sandbox() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create().await;
        let script = format!("kill -0 {} && echo reached; kill -9 -1; kill -0 $PPID && echo reached", std::process::id());
        let (output, _, _) = outcome(&mut *sandbox, &script).await;
        let limited = server.report.findings.iter().any(|finding| {
            finding.subject == hob_sandbox::Subject::Signals && finding.grade == hob_sandbox::Grade::Full
        });
        assert!(output.is_empty() || !limited, "{output}");
    });
}

#[test]
fn too_much_memory_ends_the_program_as_on_aws() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create().await;
        let hog = "head -c 300M /dev/zero | tail -c 290M | wc -c";
        let (output, _, exit) = outcome(&mut *sandbox, &format!("{hog}; sleep 60")).await;
        let is_limited_by_kernel = output.trim() != "304087040" && exit != Exit::OutOfMemory;
        assert!(exit == Exit::OutOfMemory || is_limited_by_kernel, "{output} {exit:?}");
    });
}
