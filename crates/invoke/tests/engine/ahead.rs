//! Sandboxes and runtimes that are there before their function.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use hob_invoke::{AheadConfiguration, Invoker, KindStatistics, Scope};
use hob_runtimes::Method;
use hob_sandbox::{Exit, Mount};
use hob_types::{EphemeralStorageMib, MemoryMib};

use crate::support::{Harness, Program, program};

fn boot() -> Method {
    Method::Boot { memory: MemoryMib::default() }
}

fn echo() -> Program {
    program(|client| client.echo())
}

fn within(scope: Scope) -> AheadConfiguration {
    AheadConfiguration { scope, ..AheadConfiguration::default() }
}

impl Harness {
    /// The function is there, and what was to be made for it has been made.
    async fn anticipated(self) -> Self {
        self.engine.anticipate(&Arc::new(self.version.clone()));
        self.refilled().await;
        self
    }

    /// Time for everything that is made in the background.
    async fn refilled(&self) {
        for _ in 0..200 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// What waits, and how often it was found and not found.
    fn waiting(&self) -> Vec<(usize, u64, u64)> {
        let counts = |kind: &KindStatistics| (kind.ready, kind.hits, kind.misses);
        self.engine.ahead().kinds.iter().map(counts).collect()
    }

    pub(crate) fn started(&self) -> usize {
        self.sandboxes.started.load(Ordering::Relaxed)
    }

    fn created(&self) -> usize {
        self.sandboxes.created.load(Ordering::Relaxed)
    }

    fn variable(&self, name: &str) -> Option<String> {
        let variables = self.sandboxes.last_environment.lock().unwrap();
        variables.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone())
    }
}

#[tokio::test(start_paused = true)]
async fn a_runtime_that_waits_becomes_the_functions() {
    for method in [boot(), Method::Fork] {
        let harness = Harness::ahead(within(Scope::Runtimes), method, echo()).anticipated().await;
        assert_eq!(harness.waiting(), [(2, 0, 0)]);
        assert_eq!(harness.answer("1").await, "1");
        assert_eq!((harness.variable("STAGE").as_deref(), harness.started()), (Some("test"), 0));
        let attached = harness.sandboxes.attached.lock().unwrap().clone().unwrap();
        assert_eq!(attached[0].mounts, [Mount { sources: vec!["/code".into()], target: "/var/task".into() }]);
        assert_eq!(attached[0].memory, harness.version.memory);
        harness.refilled().await;
        assert_eq!(harness.waiting(), [(2, 1, 0)]);
    }
}

#[tokio::test(start_paused = true)]
async fn the_log_of_a_runtime_that_waited_is_that_of_any_other() {
    let harness = Harness::ahead(within(Scope::Runtimes), boot(), echo()).anticipated().await;
    harness.answer("1").await;
    let log = harness.logs().await;
    assert!(log.starts_with("INIT_START Runtime Version: python:3.12.v1"), "{log}");
    assert!(log.contains("|Init Duration: <n> ms"), "{log}");
}

#[tokio::test(start_paused = true)]
async fn one_that_ends_is_followed_by_the_functions_own_program_in_the_same_sandbox() {
    let once = program(|mut client| async move {
        let event = client.next().await;
        client.respond(event.id(), b"1").await;
        Exit::Status(0)
    });
    let harness = Harness::ahead(within(Scope::Runtimes), boot(), once).anticipated().await;
    let created = harness.created();
    assert_eq!((harness.answer("").await, harness.started()), ("1".to_owned(), 0));
    harness.settle().await;
    assert_eq!((harness.answer("").await, harness.started()), ("1".to_owned(), 1));
    harness.refilled().await;
    // One was made for the one that was taken.
    assert_eq!(harness.created(), created + 1);
}

#[tokio::test(start_paused = true)]
async fn a_runtime_that_died_while_it_waited_is_not_taken() {
    let harness = Harness::ahead(within(Scope::Runtimes), boot(), echo()).anticipated().await;
    harness.sandboxes.end_waiting.notify_waiters();
    harness.settle().await;
    assert_eq!(harness.answer("1").await, "1");
    assert_eq!(harness.started(), 1);
    harness.refilled().await;
    assert!(harness.waiting().contains(&(2, 0, 1)), "{:?}", harness.waiting());
}

#[tokio::test(start_paused = true)]
async fn what_is_missing_is_forked_and_nobody_waits_for_more() {
    let none_parked = AheadConfiguration { parked_max: 0, ..within(Scope::Runtimes) };
    for configuration in [none_parked, within(Scope::Zygotes)] {
        let harness = Harness::ahead(configuration, Method::Fork, echo()).anticipated().await;
        assert_eq!(harness.answer("1").await, "1");
        assert_eq!((harness.started(), harness.sandboxes.zygotes.load(Ordering::Relaxed)), (0, 1));
        assert_eq!(harness.engine.ahead().kinds.iter().map(|kind| kind.forks).sum::<u64>(), 1);
        harness.refilled().await;
        // The fork found no runtime, and then no sandbox; now two sandboxes wait for the next.
        let mut waiting = harness.waiting();
        waiting.sort();
        assert_eq!(waiting, [(0, 0, 1), (2, 0, 1)]);
    }
}

#[tokio::test(start_paused = true)]
async fn without_parking_a_program_starts_in_a_sandbox_that_waits() {
    let harness = Harness::ahead(within(Scope::Sandboxes), boot(), echo()).anticipated().await;
    assert_eq!(harness.waiting(), [(2, 0, 0)]);
    assert_eq!(harness.answer("1").await, "1");
    assert_eq!((harness.waiting(), harness.started()), (vec![(1, 1, 0)], 1));
}

#[tokio::test(start_paused = true)]
async fn switched_off_nothing_is_made_before_it_is_needed() {
    let harness = Harness::ahead(within(Scope::Nothing), Method::Fork, echo()).anticipated().await;
    assert_eq!(harness.answer("1").await, "1");
    harness.refilled().await;
    assert_eq!((harness.waiting(), harness.created(), harness.started()), (vec![], 1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_function_with_more_room_in_tmp_gets_a_sandbox_of_its_own() {
    let mut harness = Harness::ahead(within(Scope::Runtimes), boot(), echo()).anticipated().await;
    harness.version.ephemeral_storage = EphemeralStorageMib::try_from(1024).unwrap();
    assert_eq!(harness.answer("1").await, "1");
    assert_eq!((harness.waiting(), harness.started()), (vec![(2, 0, 0)], 1));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_attached_to_is_made_again() {
    let harness = Harness::ahead(within(Scope::Runtimes), boot(), echo()).anticipated().await;
    let attached = harness.sandboxes.attached.lock().unwrap().take();
    assert_eq!(harness.answer("1").await, "1");
    assert_eq!(harness.started(), 1);
    *harness.sandboxes.attached.lock().unwrap() = attached;
    harness.refilled().await;
    assert!(harness.waiting().contains(&(2, 1, 0)), "{:?}", harness.waiting());
}

#[tokio::test(start_paused = true)]
async fn a_burst_is_prepared_for_and_then_forgotten() {
    let plenty = AheadConfiguration { memory_max: u64::MAX, ..within(Scope::Runtimes) };
    let harness = Arc::new(Harness::ahead(plenty, boot(), echo()).anticipated().await);
    let mut burst = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let harness = Arc::clone(&harness);
        burst.spawn(async move { harness.answer("1").await });
    }
    assert!(burst.join_all().await.iter().all(|answer| answer == "1"));
    harness.refilled().await;
    let ready = |harness: &Harness| -> usize { harness.waiting().iter().map(|kind| kind.0).max().unwrap() };
    assert_eq!(ready(&harness), 10);
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert_eq!(ready(&harness), 0);
}

#[tokio::test(start_paused = true)]
async fn nothing_that_waits_outlives_the_server() {
    let harness = Harness::ahead(within(Scope::Runtimes), boot(), echo()).anticipated().await;
    harness.answer("1").await;
    harness.refilled().await;
    harness.engine.shutdown(Duration::from_secs(1)).await;
    assert_eq!(harness.created(), harness.sandboxes.removed.load(Ordering::Relaxed));
    harness.refilled().await;
    assert_eq!((harness.created(), harness.waiting()), (3, vec![(0, 1, 0)]));
}
