//! Processes: all of a sandbox's end with it, however they try to leave, and no other.

use std::fs;
use std::process::Command;

use hob_sandbox::Exit;
use hob_types::MemoryMib;

use super::support::{Server, outcome, printed, run, shell};

/// A time that only this test's processes sleep.
fn seconds(test: u32) -> String {
    (std::process::id() * 100 + test).to_string()
}

/// Whether a process sleeps for so long.
fn sleeps(seconds: &str) -> bool {
    let wanted = format!("sleep\0{seconds}\0");
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let mut commands = entries.map(|entry| fs::read(entry.path().join("cmdline")).unwrap_or_default());
    commands.any(|command| command == wanted.as_bytes())
}

#[test]
fn a_daemon_ends_with_the_program_that_started_it() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create().await;
        let time = seconds(1);
        let script =
            format!("(setsid sh -c 'sleep {time} & sleep {time}' > /dev/null 2>&1 &) ; sleep 0.2; echo done");
        assert_eq!(printed(&mut *sandbox, &script).await, "done\n");
        assert!(!sleeps(&time), "the end of the program is told when all others have ended");
    });
}

#[test]
fn a_kill_reaches_all_and_nobody_else() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut bystander = Command::new("sleep").arg(seconds(2)).spawn().unwrap();
        let (mut one, mut other) = (server.create().await, server.create().await);
        let (time, others_time) = (seconds(3), seconds(4));
        let script = format!("sleep {time} & setsid sleep {time} & (sleep {time} &); sleep {time}");
        let program = shell(&*one, &script);
        let _output = one.start(program).await.unwrap();
        let program = shell(&*other, &format!("exec sleep {others_time}"));
        let _other_output = other.start(program).await.unwrap();
        one.kill();
        assert_eq!(one.exited().await, Exit::Signal(9));
        assert!(!sleeps(&time));
        assert!(sleeps(&others_time) && bystander.try_wait().unwrap().is_none());
        bystander.kill().unwrap();
        bystander.wait().unwrap();
        other.remove().await;
        assert!(!sleeps(&others_time));
    });
}

#[test]
fn a_fork_bomb_is_limited_or_ended() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut spec = server.spec();
        spec.memory = MemoryMib::try_from(4096).unwrap();
        let mut sandbox = server.sandboxes.create(spec).await.unwrap();
        let time = seconds(5);
        let bomb =
            format!("i=0; while [ $i -lt 3000 ]; do sleep {time} & i=$((i+1)); done; sleep 2; echo survived");
        let (output, error, exit) = outcome(&mut *sandbox, &bomb).await;
        let limited = error.contains("Cannot fork");
        let ended = exit == Exit::Signal(9) && error.contains("hob: more than 1024 processes and threads");
        assert!(limited || ended, "{output} {error} {exit:?}");
        assert!(!sleeps(&time));
        assert_eq!(printed(&mut *sandbox, "echo again").await, "again\n");
    });
}

#[test]
fn signals_do_not_leave_the_sandbox() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create().await;
        let script = format!(
            "kill -0 {} && echo reached; kill -9 -1; kill -0 $PPID && echo reached",
            std::process::id()
        );
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
        // What reads it waits, so that it stays in memory.
        let hog = "head -c 300M /dev/zero | (tail -c 290M || echo killed >&2) | sleep 3";
        let (_, error, exit) = outcome(&mut *sandbox, hog).await;
        let killed_by_kernel = error.contains("killed");
        assert!(exit == Exit::OutOfMemory || killed_by_kernel, "{error} {exit:?}");
    });
}
