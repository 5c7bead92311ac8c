use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hob_invoke::{FunctionVersion, Measured, UsageSink};
use hob_storage::{Usage, UsageKey, UsageRecord, UsageStore};
use hob_types::{Clock, Day, InvocationSource, RevisionId};
use tokio::sync::{Notify, watch};
use tokio::time::{sleep, timeout};

/// How long sums are gathered before they are stored. With the time of a commit it is how much a crash may lose:
/// less than a second.
const LINGER: Duration = Duration::from_millis(500);
/// How long the writer rests after a failure.
const REST: Duration = Duration::from_secs(1);

/// Takes what is used off the path of invocations: sums it up in memory, and adds the sums to those that are stored.
/// Each sum is taken out of memory as it is handed to the store, and put back only if the store has refused it, so
/// nothing is ever counted twice.
pub struct UsageWriter {
    store: Arc<dyn UsageStore>,
    clock: Arc<dyn Clock>,
    /// Bounded by what can be invoked: versions' revisions, sources and days.
    waiting: Mutex<Sums>,
    /// There is something to store, or somebody waits until it is.
    wake: Notify,
    hurry: Notify,
    /// Counts the writer's rounds.
    rounds: watch::Sender<u64>,
}

/// A revision stands for everything else that is billed apart, and is quickly found.
type Sums = HashMap<(RevisionId, InvocationSource, Day), UsageRecord>;

impl UsageWriter {
    pub fn new(store: Arc<dyn UsageStore>, clock: Arc<dyn Clock>) -> Self {
        Self {
            store,
            clock,
            waiting: Mutex::default(),
            wake: Notify::new(),
            hurry: Notify::new(),
            rounds: watch::Sender::new(0),
        }
    }

    /// Stores what comes in. Run it once, beside the server; dropping it may lose what is being stored.
    pub async fn run(&self) {
        loop {
            self.wake.notified().await;
            let _ = timeout(LINGER, self.hurry.notified()).await;
            let stored = self.store_waiting().await;
            self.rounds.send_modify(|rounds| *rounds += 1);
            if !stored {
                sleep(REST).await;
                self.wake.notify_one();
            }
        }
    }

    /// Waits until everything that was used before is stored, at most for `limit`. `false`: some of it is not.
    pub async fn flush(&self, limit: Duration) -> bool {
        // The first round may have begun before.
        let two_rounds = async {
            for _ in 0..2 {
                let mut rounds = self.rounds.subscribe();
                self.hurry.notify_one();
                self.wake.notify_one();
                // The sender lives as long as this writer.
                let _ = rounds.changed().await;
            }
        };
        timeout(limit, two_rounds).await.is_ok() && self.waiting().is_empty()
    }

    fn add(&self, version: &FunctionVersion, source: InvocationSource, usage: Usage) {
        let day = Day::of(self.clock.now());
        let mut waiting = self.waiting();
        let first = waiting.is_empty();
        let record = waiting.entry((version.revision, source, day)).or_insert_with(|| UsageRecord {
            key: UsageKey {
                function: version.arn.clone(),
                version: version.version,
                architecture: version.architecture,
                source,
                day,
            },
            usage: Usage::default(),
        });
        record.usage += usage;
        drop(waiting);
        if first {
            self.wake.notify_one();
        }
    }

    /// `false`: the store has refused it, and it goes on waiting.
    async fn store_waiting(&self) -> bool {
        let taken = std::mem::take(&mut *self.waiting());
        if taken.is_empty() {
            return true;
        }
        let Err(error) = self.store.add(taken.values().cloned().collect()).await else { return true };
        tracing::warn!(%error, "what functions have used cannot be stored yet");
        let mut waiting = self.waiting();
        for (key, record) in taken {
            let usage = record.usage;
            waiting.entry(key).and_modify(|newer| newer.usage += usage).or_insert(record);
        }
        false
    }

    fn waiting(&self) -> MutexGuard<'_, Sums> {
        // Adding to a sum cannot fail halfway.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl UsageSink for UsageWriter {
    fn answered(
        &self,
        version: &FunctionVersion,
        source: InvocationSource,
        measured: Measured,
        failed: bool,
    ) {
        self.add(version, source, super::answered(version, measured, failed));
    }

    fn throttled(&self, version: &FunctionVersion, source: InvocationSource) {
        self.add(version, source, super::throttled());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use async_trait::async_trait;
    use hob_storage::{Storage, StorageError};
    use hob_types::{AccountId, ManualClock, Region, Timestamp};
    use tokio::task::JoinSet;

    use super::*;
    use crate::testing::version;

    /// A store that refuses as long as it is told to.
    struct Moody {
        store: Arc<dyn UsageStore>,
        refuses: AtomicBool,
    }

    #[async_trait]
    impl UsageStore for Moody {
        async fn add(&self, records: Vec<UsageRecord>) -> Result<(), StorageError> {
            if self.refuses.load(Ordering::Relaxed) {
                return Err(StorageError::DiskFull);
            }
            self.store.add(records).await
        }

        async fn usage(
            &self,
            account: &AccountId,
            region: &Region,
            first: Day,
            last: Day,
        ) -> Result<Vec<UsageRecord>, StorageError> {
            self.store.usage(account, region, first, last).await
        }
    }

    struct World {
        writer: Arc<UsageWriter>,
        store: Arc<Moody>,
        clock: Arc<ManualClock>,
        _running: JoinSet<()>,
        _storage: Storage,
    }

    impl World {
        fn new() -> Self {
            let storage = Storage::in_memory().unwrap();
            let store = Arc::new(Moody { store: storage.usage(), refuses: AtomicBool::new(false) });
            // A second before midnight.
            let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_767_311_999_000)));
            let writer = Arc::new(UsageWriter::new(store.clone(), clock.clone()));
            let mut running = JoinSet::new();
            let runs = writer.clone();
            running.spawn(async move { runs.run().await });
            Self { writer, store, clock, _running: running, _storage: storage }
        }

        fn use_function(&self, name: &str, millis: u64) {
            let duration = Duration::from_millis(millis);
            let measured = Measured { duration, billed: duration, init: None, restore: None };
            self.writer.answered(&version(name, 128, 512), InvocationSource::Invoke, measured, false);
        }

        /// Name, day, requests and billed milliseconds of each sum.
        async fn stored(&self) -> Vec<String> {
            let (first, last) = ("2000-01-01".parse().unwrap(), "2999-12-31".parse().unwrap());
            let found = self.store.usage(&AccountId::local(), &Region::local(), first, last).await.unwrap();
            let line = |UsageRecord { key, usage }: UsageRecord| {
                format!("{} {} {} {}", key.function.name, key.day, usage.requests, usage.billed_ms)
            };
            found.into_iter().map(line).collect()
        }
    }

    const SOON: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn what_is_used_is_stored_within_a_second() {
        let world = World::new();
        world.use_function("a", 3);
        world.use_function("b", 5);
        world.use_function("a", 4);
        sleep(Duration::from_secs(1)).await;
        assert_eq!(world.stored().await, ["a 2026-01-01 2 7", "b 2026-01-01 1 5"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_flush_stores_all_at_once_and_has_nothing_to_wait_for_if_there_is_nothing() {
        let world = World::new();
        let began = tokio::time::Instant::now();
        assert!(world.writer.flush(SOON).await);
        world.use_function("a", 3);
        assert!(world.writer.flush(SOON).await);
        assert_eq!(world.stored().await, ["a 2026-01-01 1 3"]);
        assert_eq!(began.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn each_day_has_sums_of_its_own() {
        let world = World::new();
        world.use_function("a", 1);
        world.clock.advance(Duration::from_secs(1));
        world.use_function("a", 2);
        world.writer.flush(SOON).await;
        assert_eq!(world.stored().await, ["a 2026-01-01 1 1", "a 2026-01-02 1 2"]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_store_refuses_is_kept_and_counted_once() {
        let world = World::new();
        world.store.refuses.store(true, Ordering::Relaxed);
        world.use_function("a", 1);
        assert!(!world.writer.flush(SOON).await);
        world.use_function("a", 2);
        world.use_function("b", 3);
        sleep(10 * REST).await;
        assert_eq!(world.stored().await, [""; 0]);
        world.store.refuses.store(false, Ordering::Relaxed);
        sleep(2 * REST).await;
        assert_eq!(world.stored().await, ["a 2026-01-01 2 3", "b 2026-01-01 1 3"]);
    }

    #[tokio::test(start_paused = true)]
    async fn throttled_invocations_are_counted_and_cost_nothing() {
        let world = World::new();
        world.writer.throttled(&version("a", 128, 512), InvocationSource::Invoke);
        world.writer.flush(SOON).await;
        assert_eq!(world.stored().await, ["a 2026-01-01 0 0"]);
    }
}
