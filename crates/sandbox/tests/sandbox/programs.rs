//! Programs in a sandbox: what they get, what they print, how they end.

use hob_sandbox::{Exit, SandboxError};

use crate::support::{Server, all_of, first_line, outcome, printed, program, run, shell};

#[test]
fn its_output_and_exit_status_arrive() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create().await;
        let (stdout, stderr, exit) = outcome(&mut *sandbox, "echo out; echo err >&2; exit 7").await;
        assert_eq!((stdout.as_str(), stderr.as_str(), exit), ("out\n", "err\n", Exit::Status(7)));
        sandbox.remove().await;
    });
}

#[test]
fn it_is_told_apart_which_signal_ended_it() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create().await;
        assert_eq!(outcome(&mut *sandbox, "kill -SEGV $$").await.2, Exit::Signal(11));
        assert_eq!(outcome(&mut *sandbox, "kill -KILL $$").await.2, Exit::Signal(9));
    });
}

#[test]
fn a_missing_program_is_the_kernels_error() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create().await;
        match sandbox.start(program(&["/var/task/bootstrap"])).await {
            Err(SandboxError::Exec { path, source }) => {
                assert_eq!(path.to_str(), Some("/var/task/bootstrap"));
                assert_eq!(source.raw_os_error(), Some(2));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(printed(&mut *sandbox, "echo still usable").await, "still usable\n");
    });
}

#[test]
fn kill_ends_everything_whatever_it_does() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create().await;
        let script = "trap '' TERM INT HUP; (setsid sleep 1000) & echo ready; sleep 1000; sleep 1000";
        let output = sandbox.start(shell(script)).await.unwrap();
        let (line, rest) = first_line(output.stdout).await;
        assert_eq!(line, "ready\n");
        sandbox.kill();
        assert_eq!(sandbox.exited().await, Exit::Signal(9));
        // The orphan held the pipe open, so its end shows that it is dead, too.
        assert_eq!(all_of(rest.into_inner().into_blocking_fd().unwrap()).await, "");
    });
}

#[test]
fn terminate_asks_and_the_program_may_clean_up() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create().await;
        let output =
            sandbox.start(shell("trap 'exit 3' TERM; echo ready; while :; do sleep 0.01; done")).await;
        let _output = first_line(output.unwrap().stdout).await;
        sandbox.terminate();
        assert_eq!(sandbox.exited().await, Exit::Status(3));
        assert_eq!(sandbox.exited().await, Exit::Status(3), "asking again gives the same answer");
    });
}

#[test]
fn another_program_finds_tmp_as_the_first_left_it() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create().await;
        printed(&mut *sandbox, "echo kept > /tmp/file; sleep 1000 & ").await;
        let script = "cat /tmp/file; for p in /proc/[0-9]*; do cat $p/comm; done | grep -c sleep || true";
        assert_eq!(printed(&mut *sandbox, script).await, "kept\n0\n");
    });
}

#[test]
fn it_is_an_unprivileged_user_with_the_limits_of_lambda() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create().await;
        assert_eq!(printed(&mut *sandbox, "id -un; id -u; pwd").await, "sbx_user1051\n993\n/tmp\n");
        assert_eq!(printed(&mut *sandbox, "ulimit -n; ulimit -Hn").await, "1024\n1024\n");
        let status = printed(&mut *sandbox, "grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status").await;
        let values: Vec<&str> = status.split_whitespace().skip(1).step_by(2).collect();
        assert_eq!(values[..5], ["0000000000000000"; 5], "{status}");
        assert_eq!(values[5..], ["1", "2"], "{status}");
    });
}

#[test]
fn it_inherits_nothing() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create().await;
        let environment = printed(&mut *sandbox, "/usr/bin/env").await;
        assert_eq!(
            environment.lines().filter(|line| !line.starts_with("PWD=")).collect::<Vec<_>>(),
            ["PATH=/usr/bin:/bin"]
        );
        // 3 is the directory that ls itself reads.
        assert_eq!(printed(&mut *sandbox, "ls /proc/self/fd").await, "0\n1\n2\n3\n");
        let signals = printed(&mut *sandbox, "grep -E '^Sig(Blk|Ign)' /proc/self/status").await;
        assert_eq!(signals, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
    });
}

#[test]
fn interpreters_of_the_host_run() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create().await;
        for (interpreter, arguments) in [
            (
                "/usr/bin/python3",
                [
                    "-c",
                    "import ssl, threading, subprocess; print(subprocess.run(['echo', 'ok'], capture_output=True).stdout)",
                ],
            ),
            (
                "/usr/bin/node",
                [
                    "-e",
                    "require('crypto').randomBytes(8); new (require('worker_threads').Worker)('1', {eval: true}).on('exit', () => console.log('ok'))",
                ],
            ),
            ("/usr/bin/java", ["-XX:+UseSerialGC", "-version"]),
            ("/usr/bin/perl", ["-e", "print 'ok'"]),
        ] {
            if !std::path::Path::new(interpreter).exists() {
                continue;
            }
            let output = sandbox.start(program(&[interpreter, arguments[0], arguments[1]])).await.unwrap();
            let (out, error, exit) =
                tokio::join!(all_of(output.stdout), all_of(output.stderr), sandbox.exited());
            assert_eq!(exit, Exit::Status(0), "{interpreter}: {out} {error}");
        }
    });
}
