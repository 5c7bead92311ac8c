//! A poller between a queue and a function, in a time that a test holds.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use hob_delivery::{FunctionCallError, Neighbours};
use hob_storage::MappingSettings;
use hob_types::{QueueArn, SeededRandom};
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::{Outcome, Poller, QueueSettings};
use crate::testing::{FakeFunction, FakeMappings, FakeQueue, answer, delivery, failure, mapping, queue};

const VISIBILITY: Duration = Duration::from_secs(30);

struct World {
    queue: Arc<FakeQueue>,
    function: Arc<FakeFunction>,
    wanted: watch::Sender<Option<Arc<QueueSettings>>>,
    poller: JoinSet<JoinSet<Outcome>>,
    _neighbours: Arc<Neighbours>,
}

impl World {
    /// With a function that runs for 100 ms.
    fn new(name: &str, change: impl FnOnce(&mut MappingSettings)) -> Self {
        let arn: QueueArn = queue(name);
        let mut mapping = mapping(&arn);
        change(&mut mapping.settings);
        let queue = FakeQueue::new(VISIBILITY, arn.is_fifo());
        let function = FakeFunction::new(Duration::from_millis(100));
        let neighbours = Arc::new(Neighbours::default());
        neighbours.connect_queues(&queue);
        neighbours.connect_functions(&function);
        let settings = QueueSettings::of(&mapping).unwrap();
        let (wanted, heard) = watch::channel(Some(Arc::new(settings)));
        let (mappings, random) = (Arc::new(FakeMappings::default()), Arc::new(SeededRandom::new(1)));
        let poller = Poller::new(neighbours.clone(), mappings, random, heard).unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(poller.run());
        Self { queue, function, wanted, poller: tasks, _neighbours: neighbours }
    }

    /// Stops the poller and lets its batches end.
    async fn stop(&mut self) {
        self.wanted.send_replace(None);
        self.poller.join_next().await.unwrap().unwrap().join_all().await;
    }
}

async fn seconds(seconds: f64) {
    sleep(Duration::from_secs_f64(seconds)).await;
}

fn ids(batch: &[&str]) -> Vec<String> {
    batch.iter().map(|id| (*id).to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_message_reaches_the_function_at_once_and_is_deleted_when_that_went_well() {
    let world = World::new("q", |_| {});
    seconds(100.0).await;
    let sent = Instant::now();
    world.queue.put_many([1]);
    seconds(0.001).await;
    assert_eq!(world.function.seen(), [ids(&["1"])]);
    assert!(sent.elapsed() < Duration::from_millis(5));
    assert_eq!(world.queue.left(), ["1"]);
    seconds(0.2).await;
    assert!(world.queue.left().is_empty());
}

#[tokio::test(start_paused = true)]
async fn messages_go_in_batches_of_the_size_that_is_set() {
    let world = World::new("q", |settings| settings.batch_size = 4);
    world.queue.put_many(1..=10);
    seconds(1.0).await;
    let sizes: Vec<usize> = world.function.seen().iter().map(Vec::len).collect();
    assert_eq!(sizes, [4, 4, 2]);
    assert!(world.queue.left().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_window_gathers_until_it_ends_or_the_batch_is_full() {
    let world = World::new("q", |settings| {
        settings.batching_window = Some(10);
        settings.batch_size = 25;
    });
    world.queue.put_many(1..=12);
    seconds(9.0).await;
    world.queue.put_many(13..=20);
    seconds(0.5).await;
    assert!(world.function.seen().is_empty());
    seconds(1.0).await;
    assert_eq!(world.function.seen().iter().map(Vec::len).collect::<Vec<_>>(), [20]);
    world.queue.put_many(21..=50);
    seconds(0.1).await;
    assert_eq!(world.function.seen().iter().map(Vec::len).collect::<Vec<_>>(), [20, 25]);
    seconds(11.0).await;
    assert_eq!(world.function.seen().iter().map(Vec::len).collect::<Vec<_>>(), [20, 25, 5]);
}

#[tokio::test(start_paused = true)]
async fn a_long_window_hides_messages_for_as_long_as_they_may_wait_and_run() {
    let world = World::new("q", |settings| settings.batching_window = Some(300));
    seconds(0.1).await;
    let asked = world.queue.receives.lock().unwrap()[0].visibility;
    assert_eq!(asked, Some(Duration::from_secs(300 + 3 + 30)));
}

#[tokio::test(start_paused = true)]
async fn an_event_never_exceeds_what_a_function_may_be_sent() {
    let world = World::new("q", |_| {});
    for id in 1..=10 {
        let mut message = delivery(&id.to_string());
        message.body = "x".repeat(1 << 20);
        world.queue.put(message);
    }
    seconds(1.0).await;
    assert_eq!(world.function.seen().iter().map(Vec::len).collect::<Vec<_>>(), [5, 5]);
}

#[tokio::test(start_paused = true)]
async fn what_no_filter_wants_is_deleted_without_a_call() {
    let filter = json!({"body": {"kind": ["wanted"]}}).to_string();
    let world = World::new("q", |settings| settings.filters = vec![filter]);
    for (id, body) in [("1", r#"{"kind": "wanted"}"#), ("2", r#"{"kind": "other"}"#), ("3", "wanted")] {
        let mut message = delivery(id);
        message.body = body.to_owned();
        world.queue.put(message);
    }
    seconds(1.0).await;
    assert_eq!(world.function.seen(), [ids(&["1"])]);
    assert!(world.queue.left().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_failed_is_seen_again_after_its_visibility_timeout() {
    let world = World::new("q", |_| {});
    world.function.behave(|_| failure());
    world.queue.put_many([1, 2]);
    seconds(29.0).await;
    assert_eq!(world.function.seen(), [ids(&["1", "2"])]);
    world.function.behave(|_| answer("null"));
    seconds(2.0).await;
    assert_eq!(world.function.seen().len(), 2);
    assert!(world.queue.left().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_the_function_says_has_failed_stays_alone() {
    let world = World::new("q", |settings| settings.report_batch_item_failures = Some(true));
    world.function.behave(|_| answer(r#"{"batchItemFailures": [{"itemIdentifier": "2"}]}"#));
    world.queue.put_many([1, 2, 3]);
    seconds(1.0).await;
    assert_eq!(world.queue.left(), ["2"]);
    seconds(30.0).await;
    assert_eq!(world.function.seen(), [ids(&["1", "2", "3"]), ids(&["2"])]);
}

#[tokio::test(start_paused = true)]
async fn a_group_runs_in_order_one_batch_at_a_time() {
    let world = World::new("q.fifo", |settings| settings.batch_size = 2);
    for id in 1..=4 {
        world.queue.put_in_group("a", &format!("a{id}"));
    }
    world.queue.put_in_group("b", "b1");
    seconds(0.05).await;
    assert_eq!(world.function.seen(), [ids(&["a1", "a2"]), ids(&["b1"])]);
    seconds(0.2).await;
    assert_eq!(world.function.seen()[2..], [ids(&["a3", "a4"])]);
}

#[tokio::test(start_paused = true)]
async fn what_follows_a_failure_in_its_group_is_not_done_either() {
    let world = World::new("q.fifo", |settings| settings.report_batch_item_failures = Some(true));
    world.function.behave(|ids| match ids {
        [only] if only == "a2" => answer("null"),
        _ => answer(r#"{"batchItemFailures": [{"itemIdentifier": "a2"}]}"#),
    });
    for (group, id) in [("a", "a1"), ("a", "a2"), ("b", "b1"), ("a", "a3")] {
        world.queue.put_in_group(group, id);
    }
    seconds(1.0).await;
    assert_eq!(world.queue.left(), ["a2", "a3"]);
    seconds(30.0).await;
    assert_eq!(world.function.seen()[1], ids(&["a2", "a3"]));
}

#[tokio::test(start_paused = true)]
async fn no_more_batches_run_than_the_maximum_concurrency() {
    let world = World::new("q", |settings| {
        settings.maximum_concurrency = Some(3);
        settings.batch_size = 1;
    });
    world.queue.put_many(1..=50);
    seconds(10.0).await;
    assert!(world.queue.left().is_empty());
    assert_eq!(world.function.most_running.load(Relaxed), 3);
}

#[tokio::test(start_paused = true)]
async fn a_backlog_makes_more_batches_run() {
    let world = World::new("q", |settings| settings.batch_size = 1);
    world.queue.put_many(1..=5);
    seconds(0.05).await;
    assert_eq!(world.function.most_running.load(Relaxed), 5);
    world.queue.put_many(6..=2000);
    seconds(10.0).await;
    let most = world.function.most_running.load(Relaxed);
    assert!((30..=55).contains(&most), "{most}");
}

#[tokio::test(start_paused = true)]
async fn who_is_throttled_keeps_what_it_has_and_takes_nothing_more() {
    let world = World::new("q", |settings| settings.batch_size = 1);
    world.function.concurrency.store(0, Relaxed);
    world.queue.put_many(1..=100);
    seconds(20.0).await;
    let received = |world: &World| world.queue.receive_counts().iter().sum::<u32>();
    assert!(received(&world) <= 5, "{}", received(&world));
    world.function.concurrency.store(2, Relaxed);
    seconds(60.0).await;
    assert!(world.queue.left().is_empty());
    assert_eq!(world.function.most_running.load(Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn a_function_that_is_gone_for_long_costs_one_receive_in_a_visibility_timeout() {
    let world = World::new("q", |settings| settings.batch_size = 1);
    world.function.concurrency.store(0, Relaxed);
    world.queue.put_many(1..=100);
    seconds(10.0 * 30.0).await;
    let received: u32 = world.queue.receive_counts().iter().sum();
    assert!(received <= 5 + 10, "{received}");
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_cannot_be_read_or_written_is_tried_again() {
    let world = World::new("q", |_| {});
    world.queue.broken.store(3, Relaxed);
    world.queue.put_many([1]);
    seconds(2.0).await;
    assert!(world.queue.left().is_empty());
    world.queue.put_many([2]);
    seconds(0.05).await;
    world.queue.broken.store(4, Relaxed);
    seconds(2.0).await;
    assert!(world.queue.left().is_empty());
    assert_eq!(world.function.seen().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_batch_has_the_trace_of_its_first_message_that_has_one() {
    let world = World::new("q", |_| {});
    let mut message = delivery("2");
    message.system_attributes.insert("AWSTraceHeader".to_owned(), "Root=1-a".to_owned());
    world.queue.put_many([1]);
    world.queue.put(message);
    seconds(1.0).await;
    assert_eq!(*world.function.traces.lock().unwrap(), [Some("Root=1-a".to_owned())]);
}

/// With a message that goes round in a circle, and two others.
fn with_a_loop() -> World {
    let world = World::new("q", |_| {});
    world.function.behave(|ids| match ids.contains(&"loop".to_owned()) {
        true => Err(FunctionCallError::Recursive),
        false => answer("null"),
    });
    let mut message = delivery("loop");
    message.system_attributes.insert("AWSTraceHeader".to_owned(), "Lineage=16".to_owned());
    world.queue.put(message);
    world.queue.put_many([1, 2]);
    world
}

#[tokio::test(start_paused = true)]
async fn what_goes_round_in_a_circle_is_dropped_and_the_others_run() {
    let world = with_a_loop();
    seconds(1.0).await;
    assert_eq!(world.function.seen().last(), Some(&ids(&["1", "2"])));
    assert!(world.queue.left().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_goes_round_in_a_circle_is_left_for_the_dead_letter_queue() {
    let world = with_a_loop();
    world.queue.has_dead_letter_queue.store(true, Relaxed);
    seconds(1.0).await;
    assert_eq!(world.function.seen().last(), Some(&ids(&["1", "2"])));
    assert_eq!(world.queue.left(), ["loop"]);
}

#[tokio::test(start_paused = true)]
async fn who_stops_takes_nothing_more_and_ends_what_runs() {
    let mut world = World::new("q", |settings| settings.batching_window = Some(60));
    world.queue.put_many(1..=10);
    seconds(0.05).await;
    world.queue.put_many([11]);
    seconds(0.01).await;
    world.stop().await;
    assert_eq!(world.function.seen().len(), 1);
    assert_eq!(world.queue.left(), ["11"]);
    world.queue.put_many([12]);
    seconds(100.0).await;
    assert_eq!(world.function.seen().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_stops_while_it_is_throttled_gives_back_what_it_has() {
    let mut world = World::new("q", |_| {});
    world.function.concurrency.store(0, Relaxed);
    world.queue.put_many([1]);
    seconds(1.0).await;
    let before = Instant::now();
    world.stop().await;
    assert!(before.elapsed() < Duration::from_secs(1));
    assert_eq!(world.queue.left(), ["1"]);
}

#[tokio::test(start_paused = true)]
async fn other_settings_hold_from_the_next_batch_on() {
    let world = World::new("q", |_| {});
    seconds(1.0).await;
    let mut changed = (*world.wanted.borrow().clone().unwrap()).clone();
    changed.batch_size = 2;
    world.wanted.send_replace(Some(Arc::new(changed)));
    seconds(1.0).await;
    world.queue.put_many(1..=4);
    seconds(1.0).await;
    assert_eq!(world.function.seen(), [ids(&["1", "2"]), ids(&["3", "4"])]);
}
