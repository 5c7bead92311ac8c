//! Environments that are there, initialised, before anybody calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hob_invoke::{
    EngineConfiguration, Invocation, InvokeError, Invoker, Provisioned, ProvisionedStatistics,
    ProvisioningFailure, ThrottleReason,
};
use hob_sandbox::Exit;
use hob_types::{Runtime, Version};
use insta::assert_snapshot;
use tokio::sync::Semaphore;

use crate::support::{Harness, Program, program, soon};

/// Answers `"hold"` once the gate lets it, ends on `"crash"`, and echoes the rest.
fn gated(gate: &Arc<Semaphore>) -> Program {
    let gate = Arc::clone(gate);
    program(move |mut client| {
        let gate = Arc::clone(&gate);
        async move {
            loop {
                let event = client.next().await;
                match event.text() {
                    "\"hold\"" => gate.acquire().await.unwrap().forget(),
                    "\"crash\"" => return Exit::Status(1),
                    _ => {}
                }
                client.respond(event.id(), &event.body).await;
            }
        }
    })
}

fn echo() -> Harness {
    Harness::new(gated(&Arc::new(Semaphore::new(0))))
}

fn ready(environments: u32) -> Provisioned {
    Provisioned { requested: environments, allocated: environments, available: environments, failure: None }
}

impl Harness {
    pub(crate) fn provision(&self, environments: u32) {
        self.engine.provision(&Arc::new(self.version.clone()), environments);
    }

    fn provisioned(&self) -> Option<Provisioned> {
        self.engine.provisioned(&self.version.arn, self.version.version)
    }

    /// Waits, woken by changes only.
    async fn until_provisioned(&self, condition: impl FnMut(&Provisioned) -> bool) -> Provisioned {
        let mut state = self.engine.watch_provisioned(&self.version.arn, self.version.version).unwrap();
        soon(state.wait_for(condition)).await.unwrap().clone()
    }

    pub(crate) async fn until_ready(&self, environments: u32) {
        self.until_provisioned(|state| *state == ready(environments)).await;
    }

    fn used(&self) -> (u64, u64) {
        let ProvisionedStatistics { invocations, spillovers, .. } = self.engine.statistics().provisioned;
        (invocations, spillovers)
    }

    fn environments(&self) -> usize {
        self.engine.statistics().environments
    }
}

#[tokio::test]
async fn environments_are_initialised_before_anybody_calls() {
    let harness = echo();
    harness.provision(2);
    harness.until_ready(2).await;
    assert_eq!((harness.started(), harness.engine.statistics().idle), (2, 2));
    assert_eq!(harness.answer("1").await, "1");
    assert_eq!((harness.started(), harness.used()), (2, (1, 0)));
    assert_eq!(harness.engine.statistics().cold_starts, 0);
    let environment = harness.sandboxes.last_environment.lock().unwrap().clone();
    let initialization = ("AWS_LAMBDA_INITIALIZATION_TYPE".to_owned(), "provisioned-concurrency".to_owned());
    assert!(environment.contains(&initialization));
}

#[tokio::test]
async fn an_init_ahead_is_reported_when_it_is_over_and_by_the_first_invocation_which_is_not_billed_for_it() {
    let harness = echo();
    harness.provision(1);
    harness.until_ready(1).await;
    let first = harness.invoke("1").await.unwrap().measured;
    assert_eq!((first.init, first.billed.as_millis()), (None, first.duration.as_nanos().div_ceil(1_000_000)));
    harness.answer("2").await;
    assert_snapshot!(harness.logs().await, @r#"
    INIT_START Runtime Version: python:3.12.v1|Runtime Version ARN: <arn>
    INIT_REPORT Init Duration: <n> ms|Phase: init|
    START RequestId: <id> Version: $LATEST
    END RequestId: <id>
    REPORT RequestId: <id>|Duration: <n> ms|Billed Duration: <n> ms|Memory Size: 128 MB|Max Memory Used: 35 MB|Init Duration: <n> ms|
    START RequestId: <id> Version: $LATEST
    END RequestId: <id>
    REPORT RequestId: <id>|Duration: <n> ms|Billed Duration: <n> ms|Memory Size: 128 MB|Max Memory Used: 35 MB|
    "#);
}

#[tokio::test]
async fn what_is_more_than_is_provisioned_spills_over_into_environments_on_demand() {
    let gate = Arc::new(Semaphore::new(0));
    let harness = Harness::new(gated(&gate));
    harness.provision(1);
    harness.until_ready(1).await;
    let both = async { tokio::join!(harness.answer("\"hold\""), harness.answer("\"hold\"")) };
    let open = async {
        harness.settle().await;
        gate.add_permits(2);
    };
    soon(async { tokio::join!(both, open) }).await;
    assert_eq!((harness.started(), harness.used()), (2, (1, 1)));
    assert_eq!(harness.provisioned(), Some(ready(1)));
    let environment = harness.sandboxes.last_environment.lock().unwrap().clone();
    let initialization = ("AWS_LAMBDA_INITIALIZATION_TYPE".to_owned(), "on-demand".to_owned());
    assert!(environment.contains(&initialization));
    harness.settle().await;
    // The one that is there anyway is used, and the other may expire.
    for _ in 0..5 {
        harness.answer("1").await;
        harness.settle().await;
    }
    assert_eq!(harness.used(), (6, 1));
}

#[tokio::test]
async fn what_is_provisioned_is_taken_out_of_what_other_functions_can_use() {
    let gate = Arc::new(Semaphore::new(0));
    let configuration = EngineConfiguration { concurrency_limit: 2, ..EngineConfiguration::default() };
    let harness = Harness::configured(configuration, gated(&gate));
    harness.provision(1);
    harness.until_ready(1).await;
    let mut other = harness.version.clone();
    other.arn.name = "other".parse().unwrap();
    other.revision = harness.revision();
    let invocation = || Invocation { version: Arc::new(other.clone()), ..harness.invocation("\"hold\"") };
    let first = harness.engine.invoke(invocation());
    let rest = async {
        harness.settle().await;
        let reason = ThrottleReason::ConcurrentInvocationLimitExceeded;
        let refused = harness.engine.invoke(invocation()).await;
        assert!(matches!(refused, Err(InvokeError::Throttled(found)) if found == reason));
        assert_eq!(harness.answer("1").await, "1");
        gate.add_permits(1);
    };
    let (first, ()) = soon(async { tokio::join!(first, rest) }).await;
    assert!(first.is_ok());
}

#[tokio::test(start_paused = true)]
async fn environments_neither_expire_nor_give_way_but_are_frozen() {
    let configuration = EngineConfiguration { environments_max: 2, ..EngineConfiguration::default() };
    let idle_timeout = configuration.idle_timeout;
    let harness = Harness::configured(configuration, program(|client| client.echo()));
    harness.provision(1);
    harness.until_ready(1).await;
    let mut other = harness.version.clone();
    for name in ["a", "b", "c"] {
        other.arn.name = name.parse().unwrap();
        other.revision = harness.revision();
        let invocation = Invocation { version: Arc::new(other.clone()), ..harness.invocation("1") };
        soon(harness.engine.invoke(invocation)).await.unwrap();
        harness.settle().await;
    }
    assert_eq!(harness.engine.statistics().evictions, 2);
    tokio::time::sleep(3 * idle_timeout).await;
    harness.settle().await;
    let statistics = harness.engine.statistics();
    assert_eq!((statistics.environments, statistics.frozen), (1, 1));
    assert_eq!(harness.provisioned(), Some(ready(1)));
    assert_eq!(harness.answer("1").await, "1");
    assert_eq!(harness.used(), (1, 0));
}

#[tokio::test]
async fn an_environment_that_ends_is_replaced() {
    let harness = echo();
    harness.provision(1);
    harness.until_ready(1).await;
    assert!(harness.answer("\"crash\"").await.contains("Runtime.ExitError"));
    harness.until_provisioned(|state| state.available == 0).await;
    harness.until_ready(1).await;
    assert_eq!((harness.answer("1").await.as_str(), harness.started()), ("1", 2));
    assert!(!harness.logs().await.contains("Phase: invoke"));
}

#[tokio::test(start_paused = true)]
async fn a_failing_init_is_told_and_tried_again_ever_less_often() {
    let broken = Arc::new(AtomicBool::new(true));
    let mended = Arc::clone(&broken);
    let harness = Harness::new(program(move |mut client| {
        let broken = broken.load(Ordering::Relaxed);
        async move {
            if broken {
                client.print("[ERROR] cannot import\n");
                client.fail_init("Runtime.ImportModuleError", "{}").await;
                return std::future::pending().await;
            }
            client.echo().await
        }
    }));
    harness.provision(3);
    let state = harness.until_provisioned(|state| state.failure.is_some()).await;
    assert_eq!(state.failure, Some(ProvisioningFailure::FunctionInit));
    harness.until(|harness| harness.environments() == 0).await;
    assert_eq!(harness.started(), 1);
    assert_snapshot!(harness.logs().await, @r#"
    INIT_START Runtime Version: python:3.12.v1|Runtime Version ARN: <arn>
    [ERROR] cannot import
    INIT_REPORT Init Duration: <n> ms|Phase: init|Status: error|Error Type: Runtime.ImportModuleError
    "#);
    tokio::time::sleep(Duration::from_secs(30)).await;
    // After 1, 2, 4 and 8 seconds.
    assert_eq!(harness.started(), 5);
    mended.store(false, Ordering::Relaxed);
    harness.until_ready(3).await;
    assert_eq!(harness.started(), 8);
}

#[tokio::test(start_paused = true)]
async fn a_program_that_ends_without_having_been_called_is_not_started_again_and_again() {
    let harness = Harness::new(program(|mut client| async move {
        let next = client.next();
        let _ = tokio::time::timeout(Duration::from_millis(10), next).await;
        Exit::Status(3)
    }));
    harness.provision(1);
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert!((3..=5).contains(&harness.started()), "{}", harness.started());
    let failure = harness.provisioned().unwrap().failure;
    assert_eq!(failure, Some(ProvisioningFailure::FunctionInit));
}

#[tokio::test(start_paused = true)]
async fn what_is_ended_and_wanted_again_is_kept_once() {
    let harness = Harness::new(program(|_client| async { Exit::Status(1) }));
    for environments in [1, 0, 2, 0, 1] {
        harness.provision(environments);
    }
    tokio::time::sleep(Duration::from_secs(10)).await;
    // After 1, 2 and 4 seconds.
    assert_eq!(harness.started(), 4);
}

#[tokio::test(start_paused = true)]
async fn an_init_may_take_130_seconds() {
    let harness = Harness::new(program(|client| async move {
        tokio::time::sleep(Duration::from_secs(129)).await;
        client.echo().await
    }));
    harness.provision(1);
    let began = tokio::time::Instant::now();
    let mut state = harness.engine.watch_provisioned(&harness.version.arn, harness.version.version).unwrap();
    state.wait_for(|state| state.available == 1).await.unwrap();
    assert_eq!(began.elapsed().as_secs(), 129);
}

#[tokio::test(start_paused = true)]
async fn an_init_that_takes_longer_has_failed() {
    let harness = Harness::new(program(|_client| std::future::pending()));
    harness.provision(1);
    let mut state = harness.engine.watch_provisioned(&harness.version.arn, harness.version.version).unwrap();
    let began = tokio::time::Instant::now();
    let failure = state.wait_for(|state| state.failure.is_some()).await.unwrap().failure.clone();
    assert_eq!((failure, began.elapsed().as_secs()), (Some(ProvisioningFailure::FunctionInit), 130));
    assert!(harness.logs().await.ends_with("Phase: init|Status: timeout\n"));
}

#[tokio::test(start_paused = true)]
async fn a_machine_without_room_is_told_and_what_fits_is_there() {
    let configuration = EngineConfiguration { memory: (2 * 128) << 20, ..EngineConfiguration::default() };
    let harness = Harness::configured(configuration, program(|client| client.echo()));
    harness.provision(3);
    let state = harness.until_provisioned(|state| state.failure.is_some()).await;
    let failure = Some(ProvisioningFailure::NoRoom);
    assert_eq!(state, Provisioned { requested: 3, allocated: 2, available: 2, failure });
    assert_eq!(harness.answer("1").await, "1");
    harness.provision(2);
    assert_eq!(harness.provisioned(), Some(ready(2)));
}

#[tokio::test]
async fn what_is_missing_is_told_before_anybody_calls() {
    let mut harness = echo();
    harness.version.runtime = Some(Runtime::new("ruby3.4"));
    harness.provision(1);
    harness.until_provisioned(|state| state.failure == Some(ProvisioningFailure::FunctionInit)).await;
    assert_snapshot!(harness.logs().await, @r#"
    [hob] ruby3.4 is not installed
    INIT_REPORT Init Duration: <n> ms|Phase: init|Status: error|Error Type: Runtime.NotInstalled
    "#);
    harness.version.runtime = Some(Runtime::new("python3.12"));
    harness.version.revision = harness.revision();
    *harness.sandboxes.unavailable.lock().unwrap() = Some("enable user namespaces".to_owned());
    harness.provision(1);
    let told = |state: &Provisioned| match &state.failure {
        Some(ProvisioningFailure::Service(text)) => text.contains("enable user namespaces"),
        _ => false,
    };
    harness.until_provisioned(told).await;
}

#[tokio::test]
async fn another_number_replaces_the_last_one() {
    let gate = Arc::new(Semaphore::new(0));
    let harness = Harness::new(gated(&gate));
    harness.provision(3);
    harness.until_ready(3).await;
    let (busy, ()) = soon(async {
        tokio::join!(harness.answer("\"hold\""), async {
            harness.settle().await;
            harness.provision(1);
            assert_eq!(harness.provisioned(), Some(ready(1)));
            harness.until(|harness| harness.environments() == 1).await;
            gate.add_permits(1);
        })
    })
    .await;
    assert_eq!(busy, "\"hold\"");
    harness.provision(2);
    harness.until_ready(2).await;
    assert_eq!(harness.started(), 4);
}

#[tokio::test]
async fn none_ends_what_is_idle_at_once_and_what_is_busy_after_its_invocation() {
    let gate = Arc::new(Semaphore::new(0));
    let harness = Harness::new(gated(&gate));
    harness.provision(2);
    harness.until_ready(2).await;
    let mut state = harness.engine.watch_provisioned(&harness.version.arn, harness.version.version).unwrap();
    let (busy, ()) = soon(async {
        tokio::join!(harness.answer("\"hold\""), async {
            harness.settle().await;
            harness.provision(0);
            assert_eq!(harness.provisioned(), None);
            while state.changed().await.is_ok() {}
            harness.until(|harness| harness.environments() == 1).await;
            gate.add_permits(1);
        })
    })
    .await;
    assert_eq!(busy, "\"hold\"");
    harness.until(|harness| harness.sandboxes.removed.load(Ordering::Relaxed) == 2).await;
    assert_eq!((harness.environments(), harness.engine.statistics().memory_claimed), (0, 0));
}

#[tokio::test]
async fn another_revision_takes_the_place_of_the_last_one() {
    let mut harness = echo();
    harness.provision(2);
    harness.until_ready(2).await;
    harness.next_revision();
    harness.provision(1);
    harness.until_ready(1).await;
    harness.until(|harness| harness.environments() == 1).await;
    assert_eq!(harness.started(), 3);
}

#[tokio::test]
async fn a_version_that_is_retired_has_nothing_provisioned_any_more() {
    let harness = echo();
    harness.provision(2);
    harness.until_ready(2).await;
    let (function, version) = (&harness.version.arn, harness.version.version);
    harness.engine.retire(function, Some(version), Some(harness.version.revision));
    assert_eq!(harness.provisioned(), Some(ready(2)));
    harness.engine.retire(function, None, None);
    assert_eq!(harness.provisioned(), None);
    harness.until(|harness| harness.sandboxes.removed.load(Ordering::Relaxed) == 2).await;
    assert_eq!(harness.credentials.0.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn an_init_that_nobody_wants_any_more_is_broken_off() {
    let harness = Harness::new(program(|_client| std::future::pending()));
    harness.provision(1);
    harness.until(|harness| harness.started() == 1).await;
    harness.provision(0);
    harness.until(|harness| harness.environments() == 0).await;
}

#[tokio::test]
async fn a_shutdown_leaves_nothing_and_starts_nothing_more() {
    let harness = echo();
    harness.provision(3);
    harness.until_provisioned(|state| state.available > 0).await;
    soon(harness.engine.shutdown(Duration::from_secs(1))).await;
    harness.settle().await;
    assert_eq!(harness.environments(), 0);
    let created = harness.sandboxes.created.load(Ordering::Relaxed);
    assert_eq!(harness.sandboxes.removed.load(Ordering::Relaxed), created);
    harness.provision(5);
    harness.settle().await;
    assert_eq!(harness.sandboxes.created.load(Ordering::Relaxed), created);
}

#[tokio::test]
async fn a_function_whose_reservation_is_provisioned_runs_no_other_version() {
    let harness = echo();
    harness.engine.reserve(&harness.version.arn, Some(1));
    harness.provision(1);
    harness.until_ready(1).await;
    let mut other = harness.version.clone();
    other.version = "7".parse().map(Version::Published).unwrap();
    other.revision = harness.revision();
    let invocation = Invocation { version: Arc::new(other), ..harness.invocation("1") };
    let reason = ThrottleReason::ReservedFunctionConcurrentInvocationLimitExceeded;
    let refused = harness.engine.invoke(invocation).await;
    assert!(matches!(refused, Err(InvokeError::Throttled(found)) if found == reason));
    assert_eq!(harness.answer("1").await, "1");
    let functions = harness.engine.functions();
    let ProvisionedStatistics { requested, allocated, available, invocations, .. } = functions[0].provisioned;
    assert_eq!((requested, allocated, available, invocations), (1, 1, 1, 1));
}
