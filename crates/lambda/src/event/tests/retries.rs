//! When a function runs again, and when it does not.

use hob_storage::RecursiveLoop;

use super::world::{EventWorld, Reply, on_failure, target};
use crate::event_invoke::EventInvokeSettings;
use crate::lineage::count_run;
use crate::testing::arn;

const QUEUE: &str = "arn:aws:sqs:us-east-1:000000000000:failures";
const ERROR: &str = r#"{"errorMessage":"no","errorType":"ValueError"}"#;

fn condition_of(record: &str) -> (String, u64) {
    let record: serde_json::Value = serde_json::from_str(record).unwrap();
    let context = &record["requestContext"];
    let condition = context["condition"].as_str().unwrap().to_owned();
    (condition, context["approximateInvokeCount"].as_u64().unwrap())
}

#[tokio::test(start_paused = true)]
async fn an_event_that_succeeds_runs_once_and_is_forgotten() {
    let world = EventWorld::new(|_| Reply::Answer(2, "1"));
    world.create("fn").await;
    let request = world.send("fn", r#"{"a": 1}"#).await;
    world.pass(600).await;
    let runs = world.runs();
    assert_eq!(runs.len(), 1);
    assert_eq!((runs[0].request_id, &runs[0].payload[..]), (request, &br#"{"a": 1}"#[..]));
    assert!(world.is_empty().await && world.messages().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_function_that_fails_runs_three_times_for_one_request() {
    let world = EventWorld::new(|_| Reply::Failure(5, ERROR));
    world.create("fn").await;
    world.set("fn", on_failure(QUEUE)).await;
    let request = world.send("fn", "1").await;
    world.pass(600).await;
    // Each wait begins when the run before has ended.
    assert_eq!(world.runs_of("fn"), [0, 65, 190]);
    let runs = world.runs();
    assert!(runs.iter().all(|run| run.request_id == request));
    assert!(runs.iter().all(|run| run.trace_header == runs[0].trace_header));
    assert_eq!(condition_of(&world.messages()[0]), ("RetriesExhausted".to_owned(), 3));
    assert!(world.is_empty().await);
}

#[tokio::test(start_paused = true)]
async fn a_retry_may_succeed_and_the_number_of_retries_is_set() {
    let world = EventWorld::new(|run| match (run.function.name.as_str(), run.attempt) {
        ("flaky", 2) => Reply::Answer(0, "1"),
        _ => Reply::Failure(0, ERROR),
    });
    for name in ["flaky", "once"] {
        world.create(name).await;
    }
    let settings = EventInvokeSettings { maximum_retry_attempts: Some(0), ..on_failure(QUEUE) };
    world.set("once", settings).await;
    world.send("flaky", "1").await;
    world.send("once", "1").await;
    world.pass(600).await;
    assert_eq!(world.runs_of("flaky"), [0, 60]);
    assert_eq!(world.runs_of("once"), [0]);
    let conditions: Vec<_> = world.messages().iter().map(|record| condition_of(record)).collect();
    assert_eq!(conditions, [("RetriesExhausted".to_owned(), 1)]);
}

#[tokio::test(start_paused = true)]
async fn what_is_throttled_waits_longer_each_time_and_keeps_its_attempts() {
    let world = EventWorld::new(|run| match run.attempt {
        0..=5 => Reply::Throttled,
        6 => Reply::Broken,
        _ => Reply::Failure(0, ERROR),
    });
    world.create("fn").await;
    world.set("fn", on_failure(QUEUE)).await;
    world.send("fn", "1").await;
    world.pass(1000).await;
    assert_eq!(world.runs_of("fn"), [0, 1, 3, 7, 15, 31, 63, 123, 243]);
    assert_eq!(condition_of(&world.messages()[0]), ("RetriesExhausted".to_owned(), 3));
}

#[tokio::test(start_paused = true)]
async fn an_event_that_gets_too_old_is_given_up_on_time() {
    let world = EventWorld::new(|_| Reply::Throttled);
    world.create("fn").await;
    let settings = EventInvokeSettings { maximum_event_age: Some(100), ..on_failure(QUEUE) };
    world.set("fn", settings).await;
    world.send("fn", "1").await;
    world.pass(99).await;
    assert!(world.messages().is_empty());
    world.pass(2).await;
    assert_eq!(condition_of(&world.messages()[0]), ("EventAgeExceeded".to_owned(), 0));
    assert_eq!(world.runs_of("fn"), [0, 1, 3, 7, 15, 31, 63]);
    assert!(world.is_empty().await);
}

#[tokio::test(start_paused = true)]
async fn what_may_never_run_is_given_up_at_once() {
    let world = EventWorld::new(|_| Reply::Throttled);
    world.create("fn").await;
    world.set("fn", on_failure(QUEUE)).await;
    world.functions.reserve(&target("fn"), Some(0)).await.unwrap();
    world.send("fn", "1").await;
    world.pass(1).await;
    assert_eq!(condition_of(&world.messages()[0]), ("ZeroReservedConcurrency".to_owned(), 0));
}

#[tokio::test(start_paused = true)]
async fn events_of_a_function_that_is_deleted_are_dropped() {
    let world = EventWorld::new(|_| Reply::Failure(0, ERROR));
    world.create("fn").await;
    world.set("fn", on_failure(QUEUE)).await;
    world.send("fn", "1").await;
    world.pass(30).await;
    world.functions.delete(&target("fn")).await.unwrap();
    world.pass(60).await;
    assert_eq!(world.runs_of("fn"), [0]);
    assert!(world.is_empty().await && world.messages().is_empty());
}

/// The header that the seventeenth run of `fn` in one chain comes with.
fn of_a_loop() -> Option<String> {
    let mut header = None;
    for _ in 0..16 {
        header = Some(count_run(header.as_deref(), &arn("fn")).header);
    }
    header
}

#[tokio::test(start_paused = true)]
async fn a_loop_is_ended_unless_it_is_allowed() {
    let world = EventWorld::new(|_| Reply::Answer(0, "1"));
    world.create("fn").await;
    world.set("fn", on_failure(QUEUE)).await;
    world.send_with("fn", "1", of_a_loop()).await;
    world.pass(1).await;
    assert!(world.runs().is_empty());
    assert_eq!(condition_of(&world.messages()[0]), ("RecursiveLoopDetected".to_owned(), 0));
    world.functions.put_recursive_loop(&target("fn"), RecursiveLoop::Allow).await.unwrap();
    world.send_with("fn", "1", of_a_loop()).await;
    world.pass(1).await;
    assert_eq!(world.runs_of("fn").len(), 1);
}
