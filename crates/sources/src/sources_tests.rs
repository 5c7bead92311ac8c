//! Pollers that come and go as mappings say.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use hob_delivery::Neighbours;
use hob_storage::MappingState::{self, Creating, Deleting, Disabled, Disabling, Enabled, Enabling, Updating};
use hob_storage::{EventSource, EventSourceMappingRecord, Storage};
use hob_types::{EventSourceMappingId, ManualClock, SeededRandom, Timestamp};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::testing::{FakeFunction, FakeMappings, FakeQueue, mapping, queue};
use crate::{Sources, SourcesOptions};

const NOW: Timestamp = Timestamp::from_millis(1_767_323_045_678);

struct World {
    mappings: Arc<FakeMappings>,
    queue: Arc<FakeQueue>,
    function: Arc<FakeFunction>,
    neighbours: Arc<Neighbours>,
    storage: Storage,
    clock: Arc<ManualClock>,
    sources: Arc<Sources>,
    running: JoinSet<()>,
}

impl World {
    /// A queue of messages that are hidden for 30 s, and a function that runs for 2 s.
    fn new() -> Self {
        let queue = FakeQueue::new(Duration::from_secs(30), false);
        let function = FakeFunction::new(Duration::from_secs(2));
        let neighbours = Arc::new(Neighbours::default());
        neighbours.connect_queues(&queue);
        neighbours.connect_functions(&function);
        let mappings = Arc::new(FakeMappings::default());
        let (storage, clock) = (Storage::in_memory().unwrap(), Arc::new(ManualClock::at(NOW)));
        let sources = sources(&mappings, &neighbours, &storage, &clock, 1);
        let mut running = JoinSet::new();
        running.spawn(sources.clone().run());
        Self { mappings, queue, function, neighbours, storage, clock, sources, running }
    }

    /// Waits until what it is asked for is done.
    async fn is(&self, state: MappingState) -> EventSourceMappingId {
        let mapping = EventSourceMappingRecord { state, ..mapping(&queue("q")) };
        let id = mapping.id;
        self.mappings.put(mapping);
        self.mappings.settled().await;
        id
    }
}

fn sources(
    mappings: &Arc<FakeMappings>,
    neighbours: &Arc<Neighbours>,
    storage: &Storage,
    clock: &Arc<ManualClock>,
    seed: u64,
) -> Arc<Sources> {
    Sources::new(SourcesOptions {
        mappings: mappings.clone(),
        neighbours: neighbours.clone(),
        leases: storage.leases(),
        clock: clock.clone(),
        random: Arc::new(SeededRandom::new(seed)),
    })
}

async fn seconds(seconds: f64) {
    sleep(Duration::from_secs_f64(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn a_mapping_that_is_created_is_polled_for_and_one_that_is_disabled_is_not() {
    let world = World::new();
    let id = world.is(Creating).await;
    assert_eq!(world.mappings.state(id), Some(Enabled));
    world.queue.put_many([1]);
    seconds(0.1).await;
    assert_eq!(world.function.seen().len(), 1);

    world.is(Disabling).await;
    assert_eq!(world.mappings.state(id), Some(Disabled));
    world.queue.put_many([2]);
    seconds(100.0).await;
    assert_eq!((world.function.seen().len(), world.queue.left()), (1, vec!["2".to_owned()]));

    world.is(Enabling).await;
    seconds(0.1).await;
    assert_eq!(world.function.seen().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn who_is_disabled_or_deleted_does_not_wait_for_what_runs_which_ends_well() {
    for (state, left) in [(Disabling, Some(Disabled)), (Deleting, None)] {
        let world = World::new();
        let id = world.is(Creating).await;
        world.queue.put_many([1]);
        seconds(0.1).await;
        let before = Instant::now();
        world.is(state).await;
        assert!(before.elapsed() < Duration::from_secs(1));
        assert_eq!(world.mappings.state(id), left);
        assert_eq!(world.queue.left(), ["1"]);
        seconds(2.0).await;
        assert!(world.queue.left().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn an_update_reaches_the_poller_before_it_is_said_to_be_done() {
    let world = World::new();
    world.is(Creating).await;
    world.queue.put_many([1]);
    seconds(0.1).await;
    let mut changed = mapping(&queue("q"));
    changed.state = Updating { enabled: true };
    changed.settings.batch_size = 1;
    world.mappings.put(changed);
    world.mappings.settled().await;
    // The poll that waits is still for ten.
    seconds(21.0).await;
    world.queue.put_many([2, 3]);
    seconds(0.1).await;
    assert_eq!(world.function.seen().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_polled_is_settled_all_the_same() {
    let world = World::new();
    let mut other = mapping(&queue("q"));
    other.state = Creating;
    other.source = EventSource::Kinesis("arn:aws:kinesis:us-east-1:000000000000:stream/s".to_owned());
    let id = other.id;
    world.mappings.put(other);
    world.mappings.settled().await;
    assert_eq!(world.mappings.state(id), Some(Enabled));
}

#[tokio::test(start_paused = true)]
async fn only_one_server_polls_and_another_takes_over() {
    let mut world = World::new();
    world.is(Creating).await;
    let other = sources(&world.mappings, &world.neighbours, &world.storage, &world.clock, 2);
    let mut others = JoinSet::new();
    others.spawn(other.run());
    seconds(1.0).await;
    assert_eq!(world.queue.receives.lock().unwrap().len(), 1);
    world.sources.stop();
    world.running.join_next().await.unwrap().unwrap();
    seconds(2.0).await;
    world.queue.put_many([1]);
    seconds(0.1).await;
    assert_eq!(world.function.seen().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_lost_its_lease_stops() {
    let world = World::new();
    let id = world.is(Creating).await;
    world.clock.advance(Duration::from_secs(100));
    let (lease, now) = (format!("event-source-mapping/{id}"), NOW + Duration::from_secs(100));
    let until = now + Duration::from_secs(1000);
    assert!(world.storage.leases().acquire(&lease, "another", now, until).await.unwrap());
    seconds(21.0).await;
    world.queue.put_many([1]);
    seconds(60.0).await;
    assert!(world.function.seen().is_empty());
}

#[tokio::test(start_paused = true)]
async fn to_stop_is_to_take_nothing_more_and_to_end_what_runs() {
    let mut world = World::new();
    world.is(Creating).await;
    world.queue.put_many([1]);
    seconds(0.1).await;
    world.sources.stop();
    world.queue.put_many([2]);
    world.running.join_next().await.unwrap().unwrap();
    assert_eq!(world.queue.left(), ["2"]);
    assert_eq!(world.function.most_running.load(Relaxed), 1);
}
