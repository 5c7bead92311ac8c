//! Versions whose environments are copies of one initialisation.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hob_invoke::{AheadConfiguration, Invoker, Scope, Snapshot, SnapshotError};
use hob_runtimes::Method;
use hob_sandbox::Exit;
use hob_types::{MemoryMib, Version};

use crate::support::{Harness, Program, RuntimeClient, program};

/// The first runtime is to be copied, and the others are its copies.
fn copied<F>(copy: impl Fn(RuntimeClient) -> F + Send + Sync + 'static) -> Program
where
    F: Future<Output = Exit> + Send + 'static,
{
    let (started, copy) = (AtomicUsize::new(0), Arc::new(copy));
    program(move |client| {
        let (is_first, copy) = (started.fetch_add(1, Ordering::Relaxed) == 0, Arc::clone(&copy));
        async move { if is_first { client.pause().await } else { copy(client).await } }
    })
}

fn published(number: u64) -> Version {
    Version::Published(number.try_into().unwrap())
}

fn echo() -> Program {
    copied(RuntimeClient::echo)
}

fn harness(program: Program) -> Harness {
    let ahead = AheadConfiguration { scope: Scope::Zygotes, ..AheadConfiguration::default() };
    let mut harness = Harness::ahead(ahead, Method::Fork, program);
    harness.version.snap_start = true;
    harness.version.version = published(7);
    harness
}

impl Harness {
    async fn snapshot(&self) -> Result<Snapshot, SnapshotError> {
        self.engine.take_snapshot(&Arc::new(self.version.clone())).await
    }

    fn zygotes(&self) -> usize {
        self.sandboxes.zygotes.load(Ordering::Relaxed)
    }

    fn variables(&self) -> Vec<(String, String)> {
        self.sandboxes.last_environment.lock().unwrap().clone()
    }

    fn value(&self, name: &str) -> Option<String> {
        self.variables().into_iter().find(|(found, _)| found == name).map(|(_, value)| value)
    }
}

#[tokio::test(start_paused = true)]
async fn a_start_is_a_copy_of_the_snapshot() {
    let harness = harness(echo());
    assert_eq!(harness.snapshot().await, Ok(Snapshot::Taken));
    assert_eq!(harness.engine.ahead().snapshots, 1);
    assert_eq!(harness.answer("1").await, "1");
    assert_eq!(harness.value("AWS_LAMBDA_INITIALIZATION_TYPE").as_deref(), Some("snap-start"));
    assert_eq!(harness.value("AWS_LAMBDA_LOG_STREAM_NAME"), None);
    assert_eq!(harness.answer("2").await, "2");
    insta::assert_snapshot!(harness.logs().await, @r#"
    INIT_START Runtime Version: python:3.12.v1|Runtime Version ARN: <arn>
    INIT_REPORT Init Duration: <n> ms|Phase: snap-start|
    RESTORE_START Runtime Version: python:3.12.v1|Runtime Version ARN: <arn>
    RESTORE_REPORT Restore Duration: <n> ms
    START RequestId: <id> Version: 7
    END RequestId: <id>
    REPORT RequestId: <id>|Duration: <n> ms|Billed Duration: <n> ms|Memory Size: 128 MB|Max Memory Used: 35 MB|Restore Duration: <n> ms|Billed Restore Duration: 0 ms|
    START RequestId: <id> Version: 7
    END RequestId: <id>
    REPORT RequestId: <id>|Duration: <n> ms|Billed Duration: <n> ms|Memory Size: 128 MB|Max Memory Used: 35 MB|
    "#);
}

#[tokio::test(start_paused = true)]
async fn what_is_measured_tells_of_the_restore() {
    let harness = harness(echo());
    harness.snapshot().await.unwrap();
    let cold = harness.invoke("1").await.unwrap().measured;
    assert!(cold.restore.is_some() && cold.init.is_none(), "{cold:?}");
    let warm = harness.invoke("2").await.unwrap().measured;
    assert!(warm.restore.is_none(), "{warm:?}");
}

#[tokio::test(start_paused = true)]
async fn without_a_snapshot_a_start_is_as_any_other_and_the_next_one_a_copy() {
    let paused = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&paused);
    // The first is the start that misses the snapshot, the second is to be copied.
    let harness = harness(program(move |mut client| {
        let is_second = count.fetch_add(1, Ordering::Relaxed) == 1;
        async move {
            if is_second {
                return client.pause().await;
            }
            let event = client.next().await;
            client.respond(event.id(), b"1").await;
            Exit::Status(0)
        }
    }));
    assert_eq!(harness.answer("").await, "1");
    assert_eq!(harness.value("AWS_LAMBDA_INITIALIZATION_TYPE").as_deref(), Some("on-demand"));
    assert!(harness.value("AWS_LAMBDA_LOG_STREAM_NAME").is_some());
    tokio::time::sleep(Duration::from_secs(2)).await;
    harness.settle().await;
    assert_eq!((paused.load(Ordering::Relaxed), harness.engine.ahead().snapshots), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn an_initialisation_that_fails_says_why() {
    let failing = harness(program(|mut client: RuntimeClient| async move {
        let body = r#"{"errorMessage": "no database", "errorType": "ValueError"}"#;
        client.fail_init("Runtime.BeforeSnapshotError", body).await;
        Exit::Status(64)
    }));
    let failed = |error_type: &str, message: &str| {
        let (error_type, message) = (error_type.to_owned(), message.to_owned());
        Err(SnapshotError::Function { error_type, message })
    };
    assert_eq!(failing.snapshot().await, failed("Runtime.BeforeSnapshotError", "no database"));
    assert_eq!(failing.engine.ahead().snapshots, 0);
    insta::assert_snapshot!(failing.logs().await, @r#"
    INIT_START Runtime Version: python:3.12.v1|Runtime Version ARN: <arn>
    INIT_REPORT Init Duration: <n> ms|Phase: snap-start|Status: error|Error Type: Runtime.BeforeSnapshotError
    "#);
    assert_eq!(failing.credentials.0.lock().unwrap().len(), 0);

    let ending = harness(program(|_| async { Exit::Status(3) }));
    assert_eq!(
        ending.snapshot().await,
        failed("Runtime.ExitError", "Runtime exited with error: exit status 3")
    );
    let slow = harness(program(|_| std::future::pending()));
    assert_eq!(slow.snapshot().await, failed("Sandbox.Timedout", "Task timed out after 130.00 seconds"));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_copied_starts_as_any_other() {
    let refused = |reason: &str| Ok(Snapshot::NotPossible(reason.to_owned()));
    let mut large = harness(echo());
    large.version.ephemeral_storage = 1024.try_into().unwrap();
    assert_eq!(large.snapshot().await, refused("Its /tmp is larger than 512 MB."));
    let unaware = harness(program(|mut client: RuntimeClient| async move {
        client.next().await;
        Exit::Status(0)
    }));
    assert_eq!(unaware.snapshot().await, refused("The runtime does not wait to be restored."));
    let impossible = harness(program(|mut client: RuntimeClient| async move {
        client.fail_init("Runtime.SnapshotNotPossible", r#"{"errorMessage": "It has threads."}"#).await;
        Exit::Status(64)
    }));
    assert_eq!(impossible.snapshot().await, refused("It has threads."));
    let boots = Harness::ahead(
        AheadConfiguration::default(),
        Method::Boot { memory: MemoryMib::default() },
        program(RuntimeClient::echo),
    );
    assert_eq!(boots.snapshot().await, refused("The isolation of this machine cannot copy processes."));
    assert_eq!(boots.answer("1").await, "1");
    let nothing = AheadConfiguration { scope: Scope::Sandboxes, ..AheadConfiguration::default() };
    let nothing = Harness::ahead(nothing, Method::Fork, program(RuntimeClient::echo));
    assert_eq!(nothing.snapshot().await, refused("This server is configured to make nothing ahead."));
}

#[tokio::test(start_paused = true)]
async fn a_hook_that_fails_after_the_restore_is_the_callers_error() {
    let harness = harness(copied(|mut client| async move {
        let body = r#"{"errorMessage": "no network", "errorType": "OSError"}"#;
        client.fail_restore("Runtime.AfterRestoreError", body).await;
        Exit::Status(65)
    }));
    harness.snapshot().await.unwrap();
    assert_eq!(harness.answer("1").await, "Runtime.AfterRestoreError: no network");
    insta::assert_snapshot!(harness.logs().await, @r#"
    INIT_START Runtime Version: python:3.12.v1|Runtime Version ARN: <arn>
    INIT_REPORT Init Duration: <n> ms|Phase: snap-start|
    RESTORE_START Runtime Version: python:3.12.v1|Runtime Version ARN: <arn>
    RESTORE_REPORT Restore Duration: <n> ms|Status: error|Error Type: Runtime.AfterRestoreError
    "#);
}

#[tokio::test(start_paused = true)]
async fn a_restore_has_ten_seconds() {
    let harness = harness(copied(|_| std::future::pending()));
    harness.snapshot().await.unwrap();
    assert_eq!(harness.answer("1").await, "the restore took longer than 10 seconds");
    insta::assert_snapshot!(harness.logs().await, @r#"
    INIT_START Runtime Version: python:3.12.v1|Runtime Version ARN: <arn>
    INIT_REPORT Init Duration: <n> ms|Phase: snap-start|
    RESTORE_START Runtime Version: python:3.12.v1|Runtime Version ARN: <arn>
    RESTORE_REPORT Restore Duration: <n> ms|Status: timeout
    "#);
}

#[tokio::test(start_paused = true)]
async fn restores_are_for_those_that_are_restored() {
    let ordinary = Harness::new(program(|mut client: RuntimeClient| async move {
        let event = client.next().await;
        let next = client.send("GET", "/runtime/restore/next", "", b"").await.status;
        let error = client.fail_restore("Runtime.AfterRestoreError", "{}").await.status;
        client.respond(event.id(), format!("{next} {error}").as_bytes()).await;
        Exit::Status(0)
    }));
    assert_eq!(ordinary.answer("").await, "404 404");

    let restored = harness(copied(|mut client| async move {
        let event = client.next().await;
        let next = client.send("GET", "/runtime/restore/next", "", b"").await;
        let error = client.fail_restore("Runtime.AfterRestoreError", "{}").await;
        let answer = format!("{} {}{} {}", next.status, next.text(), error.status, error.text());
        client.respond(event.id(), answer.as_bytes()).await;
        Exit::Status(0)
    }));
    restored.snapshot().await.unwrap();
    insta::assert_snapshot!(restored.answer("").await, @r#"
    403 {"errorMessage":"State transition from Running to RestoreReady failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}
    403 {"errorMessage":"State transition from Running to RuntimeRestoreErrorState failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}
    "#);
}

#[tokio::test(start_paused = true)]
async fn a_restored_program_that_ended_is_followed_by_an_ordinary_one() {
    let harness = harness(copied(|mut client| async move {
        let event = client.next().await;
        client.respond(event.id(), b"1").await;
        Exit::Status(0)
    }));
    harness.snapshot().await.unwrap();
    assert_eq!(harness.answer("").await, "1");
    harness.settle().await;
    assert_eq!(harness.answer("").await, "1");
    assert_eq!(harness.value("AWS_LAMBDA_INITIALIZATION_TYPE").as_deref(), Some("on-demand"));
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_ends_with_its_version() {
    let mut harness = harness(echo());
    harness.snapshot().await.unwrap();
    let keep = Some(harness.version.revision);
    harness.engine.retire(&harness.version.arn, Some(published(7)), keep);
    harness.engine.retire(&harness.version.arn, Some(published(8)), None);
    assert_eq!((harness.engine.ahead().snapshots, harness.credentials.0.lock().unwrap().len()), (1, 1));
    harness.next_revision();
    harness.engine.retire(&harness.version.arn, Some(published(7)), None);
    assert_eq!((harness.engine.ahead().snapshots, harness.credentials.0.lock().unwrap().len()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_version_that_is_retired_meanwhile_leaves_no_snapshot() {
    let harness = harness(echo());
    let (taken, ()) = tokio::join!(harness.snapshot(), async {
        harness.engine.retire(&harness.version.arn, None, None);
    });
    assert_eq!(taken, Ok(Snapshot::Taken));
    assert_eq!(harness.engine.ahead().snapshots, 0);
}

#[tokio::test(start_paused = true)]
async fn snapshots_together_stay_within_their_memory() {
    let ahead =
        AheadConfiguration { scope: Scope::Zygotes, memory_max: 80 << 20, ..AheadConfiguration::default() };
    let mut harness = Harness::ahead(ahead, Method::Fork, program(RuntimeClient::pause));
    for _ in 0..5 {
        // Each has 35 MiB.
        harness.next_revision();
        harness.snapshot().await.unwrap();
        assert!(harness.engine.ahead().snapshots <= 2);
    }
    assert_eq!((harness.zygotes(), harness.engine.ahead().snapshots), (5, 2));
    harness.engine.shutdown(Duration::ZERO).await;
    assert_eq!(harness.credentials.0.lock().unwrap().len(), 0);
}
