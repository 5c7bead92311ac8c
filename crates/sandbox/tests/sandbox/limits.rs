//! Programs that take more than they were given.

use hob_sandbox::{Exit, Grade, Subject};

use crate::support::{Server, outcome, printed, run};

/// Fills a list with memory that is really used, in steps of one MiB.
const MEMORY_HOG: &str = "exec /usr/bin/perl -e 'push @a, \"x\" x 1048576 while 1'";

#[test]
fn a_memory_hog_is_killed_and_said_to_be_out_of_memory() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create().await;
        let (_, _, exit) = outcome(&mut *sandbox, MEMORY_HOG).await;
        assert_eq!(exit, Exit::OutOfMemory);
        let peak = sandbox.memory_peak() >> 20;
        assert!((100..=200).contains(&peak), "{peak} MiB");
        assert_eq!(printed(&mut *sandbox, "echo alive").await, "alive\n");
    });
}

#[test]
fn a_killed_program_is_not_said_to_be_out_of_memory_because_an_earlier_one_was() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create().await;
        assert_eq!(outcome(&mut *sandbox, MEMORY_HOG).await.2, Exit::OutOfMemory);
        assert_eq!(outcome(&mut *sandbox, "kill -KILL $$").await.2, Exit::Signal(9));
    });
}

#[test]
fn a_full_tmp_is_an_error_of_the_write_and_no_use_of_memory() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create().await;
        let script = "dd if=/dev/zero of=/tmp/fill bs=1M count=2000 2>&1 | grep -o 'No space left on device'; \
                      test $(stat -c %s /tmp/fill) -ge 530000000 && rm /tmp/fill && echo alive";
        assert_eq!(printed(&mut *sandbox, script).await, "No space left on device\nalive\n");
        let peak = sandbox.memory_peak() >> 20;
        assert!(peak < 100, "{peak} MiB");
    });
}

#[test]
fn a_fork_bomb_stays_within_its_number_of_processes() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create().await;
        let script = "i=0; while [ $i -lt 3000 ]; do (sleep 1000 &) 2>/dev/null || break; i=$((i+1)); done; \
                      echo /proc/[0-9]* | wc -w; kill -KILL $$";
        let (stdout, stderr, exit) = outcome(&mut *sandbox, script).await;
        let count: u32 = stdout.trim().parse().unwrap_or(1024);
        assert!(count <= 1024, "{count}: {stderr}");
        assert_ne!(exit, Exit::Status(0));
        assert_eq!(printed(&mut *sandbox, "echo alive").await, "alive\n");
    });
}

#[test]
fn the_share_of_cpu_follows_the_memory() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let limited =
            |finding: &hob_sandbox::Finding| finding.subject == Subject::Cpu && finding.grade == Grade::Full;
        if !server.report.findings.iter().any(limited) {
            eprintln!("skipped, CPU is not limited here");
            return;
        }
        let mut sandbox = server.create().await;
        sandbox.limit_cpu();
        // 128 MB buy 73/1000 of a CPU: in 1 s of real time at most about 73 ms, and what one period may exceed.
        // What it took perl to start does not count.
        let script = "exec /usr/bin/perl -MTime::HiRes=time -e \
                      '@a=times; $e=time+1; 1 while time<$e; @b=times; print $b[0]+$b[1]-$a[0]-$a[1]'";
        let used: f64 = printed(&mut *sandbox, script).await.parse().unwrap();
        assert!(used < 0.2, "{used} s");
    });
}
