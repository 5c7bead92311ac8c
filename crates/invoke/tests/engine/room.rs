//! A machine that is too small for everything that is asked of it.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use hob_invoke::{
    EngineConfiguration, FunctionStatistics, FunctionVersion, Invocation, InvocationResult, InvokeError,
    Invoker, ThrottleReason,
};
use hob_types::{MemoryMib, Random, RevisionId, SeededRandom};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::support::{Harness, Program, program, soon};

const MIB: u64 = 1 << 20;

fn small(memory_mib: u64, environments_max: u64) -> EngineConfiguration {
    EngineConfiguration { memory: memory_mib * MIB, environments_max, ..EngineConfiguration::default() }
}

fn echo(configuration: EngineConfiguration) -> Harness {
    Harness::configured(configuration, program(|client| client.echo()))
}

/// Answers once the gate has let it.
fn gated(gate: &Arc<Semaphore>) -> Program {
    let gate = Arc::clone(gate);
    program(move |mut client| {
        let gate = Arc::clone(&gate);
        async move {
            loop {
                let event = client.next().await;
                gate.acquire().await.unwrap().forget();
                client.respond(event.id(), &event.body).await;
            }
        }
    })
}

impl Harness {
    /// Another function, of 128 MB.
    fn function(&self, name: &str) -> Arc<FunctionVersion> {
        let mut version = self.version.clone();
        version.arn.name = name.parse().unwrap();
        let seed = name.bytes().fold(2, |seed, byte| seed * 31 + u64::from(byte));
        version.revision = RevisionId::random(&SeededRandom::new(seed) as &dyn Random);
        Arc::new(version)
    }

    fn invocation_of(&self, version: &Arc<FunctionVersion>) -> Invocation {
        Invocation { version: Arc::clone(version), ..self.invocation("1") }
    }

    async fn invoke_function(&self, name: &str) -> Result<InvocationResult, InvokeError> {
        let result = soon(self.engine.invoke(self.invocation_of(&self.function(name)))).await;
        self.settle().await;
        result
    }

    fn statistics_of(&self, name: &str) -> FunctionStatistics {
        let functions = self.engine.functions();
        functions.into_iter().find(|function| function.function.name.as_str() == name).unwrap()
    }
}

fn is_throttled(result: &Result<InvocationResult, InvokeError>) -> bool {
    let reason = ThrottleReason::ConcurrentInvocationLimitExceeded;
    matches!(result, Err(InvokeError::Throttled(found)) if *found == reason)
}

#[tokio::test]
async fn idle_environments_count_with_what_they_have_used_and_then_the_oldest_end() {
    // Each has used 35 MB of its 128.
    let harness = echo(small(300, 100));
    for name in ["a", "b", "c", "d", "e"] {
        harness.invoke_function(name).await.unwrap();
    }
    let statistics = harness.engine.statistics();
    assert_eq!((statistics.environments, statistics.evictions), (5, 0));
    harness.invoke_function("f").await.unwrap();
    let statistics = harness.engine.statistics();
    assert_eq!((statistics.environments, statistics.evictions), (5, 1));
    assert_eq!((harness.statistics_of("a").evictions, harness.statistics_of("b").evictions), (1, 0));
}

#[tokio::test]
async fn an_idle_environment_is_used_again_although_its_claim_was_lowered() {
    let harness = echo(small(200, 100));
    for name in ["a", "b", "a", "b", "a"] {
        harness.invoke_function(name).await.unwrap();
    }
    assert_eq!(harness.sandboxes.created.load(Ordering::Relaxed), 2);
    assert_eq!(harness.engine.statistics().evictions, 0);
}

#[tokio::test]
async fn a_function_that_is_larger_than_the_machine_runs_alone() {
    let mut harness = echo(small(100, 100));
    harness.version.memory = MemoryMib::try_from(10_240).unwrap();
    harness.invoke_function("large").await.unwrap();
    harness.invoke_function("other").await.unwrap();
    harness.invoke_function("large").await.unwrap();
}

#[tokio::test]
async fn who_finds_the_machine_full_waits_for_room() {
    let gate = Arc::new(Semaphore::new(0));
    let harness = Harness::configured(small(128, 100), gated(&gate));
    let both = async { tokio::join!(harness.invoke_function("a"), harness.invoke_function("b")) };
    let open = async {
        harness
            .until(|harness| harness.engine.functions().iter().any(|function| function.waiting == 1))
            .await;
        assert_eq!(harness.engine.statistics().environments, 1);
        gate.add_permits(2);
    };
    let ((one, other), ()) = tokio::join!(both, open);
    assert!(one.is_ok() && other.is_ok());
}

#[tokio::test(start_paused = true)]
async fn who_has_waited_long_enough_is_throttled_and_leaves_nothing() {
    let gate = Arc::new(Semaphore::new(0));
    let configuration = EngineConfiguration { room_timeout: Duration::from_secs(2), ..small(128, 100) };
    let harness = Arc::new(Harness::configured(configuration, gated(&gate)));
    let mut first = JoinSet::new();
    let holder = Arc::clone(&harness);
    first.spawn(async move { holder.invoke_function("a").await.is_ok() });
    harness.until(|harness| harness.sandboxes.started.load(Ordering::Relaxed) == 1).await;
    assert!(is_throttled(&harness.invoke_function("b").await));
    let statistics = harness.statistics_of("b");
    assert_eq!((statistics.throttles, statistics.running, statistics.waiting), (1, 0, 0));
    gate.add_permits(100);
    assert_eq!(first.join_all().await, [true]);
    assert!(harness.invoke_function("b").await.is_ok());
}

#[tokio::test]
async fn many_callers_of_one_function_share_the_environments_that_there_are_room_for() {
    let harness = echo(small(1000, 2));
    let function = harness.function("a");
    let invocations = (0..50).map(|_| harness.engine.invoke(harness.invocation_of(&function)));
    let results = soon(join_all(invocations)).await;
    assert!(results.iter().all(Result::is_ok));
    // Nobody was ended to make room for the same function.
    assert_eq!(harness.sandboxes.created.load(Ordering::Relaxed), 2);
    assert_eq!(harness.engine.statistics().evictions, 0);
}

#[tokio::test]
async fn a_trickle_gets_through_beside_an_avalanche() {
    let harness = echo(small(1000, 1));
    let (avalanche, trickle) = (harness.function("a"), harness.function("b"));
    let order = Mutex::new(Vec::new());
    let invoke = async |function: &Arc<FunctionVersion>| {
        harness.engine.invoke(harness.invocation_of(function)).await.unwrap();
        order.lock().unwrap().push(function.arn.name.to_string());
    };
    let avalanche = join_all((0..30).map(|_| invoke(&avalanche)));
    soon(async { tokio::join!(avalanche, invoke(&trickle)) }).await;
    let order = order.into_inner().unwrap();
    let position = order.iter().position(|name| name == "b").unwrap();
    assert!(position <= 3, "{order:?}");
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_is_full_without_having_told_is_tried_again() {
    let harness = echo(EngineConfiguration::default());
    harness.invoke_function("a").await.unwrap();
    harness.sandboxes.exhausted.store(3, Ordering::Relaxed);
    assert!(harness.invoke_function("b").await.is_ok());
    // It was idle, and might have been in the way.
    assert_eq!(harness.statistics_of("a").evictions, 1);
    harness.sandboxes.exhausted.store(usize::MAX, Ordering::Relaxed);
    assert!(is_throttled(&harness.invoke_function("c").await));
    assert_eq!(harness.engine.statistics().running, 0);
}

#[tokio::test]
async fn callers_of_a_large_function_for_which_there_is_no_room_hold_up_no_small_one() {
    let gate = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&gate);
    let harness = Harness::configured(
        small(400, 100),
        program(move |mut client| {
            let gate = Arc::clone(&held);
            async move {
                loop {
                    let event = client.next().await;
                    if event.text() == "\"hold\"" {
                        gate.acquire().await.unwrap().forget();
                    }
                    client.respond(event.id(), &event.body).await;
                }
            }
        }),
    );
    let mut large = (*harness.function("large")).clone();
    large.memory = MemoryMib::try_from(10_240).unwrap();
    let large = Arc::new(large);
    let holder = harness.engine.invoke(Invocation {
        payload: Bytes::from_static(b"\"hold\""),
        ..harness.invocation_of(&harness.function("holder"))
    });
    let avalanche = join_all((0..20).map(|_| harness.engine.invoke(harness.invocation_of(&large))));
    let trickle = async {
        harness
            .until(|harness| harness.engine.functions().iter().any(|function| function.waiting == 20))
            .await;
        for name in ["small", "small", "other", "small"] {
            harness.invoke_function(name).await.unwrap();
        }
        gate.add_permits(1);
    };
    let (held, avalanche, ()) = soon(async { tokio::join!(holder, avalanche, trickle) }).await;
    assert!(held.is_ok() && avalanche.iter().all(Result::is_ok));
}

#[tokio::test]
async fn all_room_comes_back() {
    let harness = echo(small(300, 3));
    for name in ["a", "b", "c", "d", "a"] {
        harness.invoke_function(name).await.unwrap();
    }
    for name in ["a", "b", "c", "d"] {
        harness.engine.retire(&harness.function(name).arn, None, None);
    }
    harness.until(|harness| harness.engine.statistics().environments == 0).await;
    assert_eq!(harness.engine.statistics().memory_claimed, 0);
}

async fn join_all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut pending: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        for (future, output) in pending.iter_mut().filter(|(_, output)| output.is_none()) {
            if let std::task::Poll::Ready(ready) = future.as_mut().poll(context) {
                *output = Some(ready);
            }
        }
        match pending.iter().all(|(_, output)| output.is_some()) {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
    pending.into_iter().filter_map(|(_, output)| output).collect()
}
