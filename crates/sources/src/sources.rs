use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use hob_delivery::Neighbours;
use hob_storage::{EventSourceMappingRecord, LeaseStore, StorageError};
use hob_types::{Clock, EventSourceMappingId, Random};
use tokio::sync::watch;
use tokio::task::{self, JoinError, JoinSet};
use tokio::time::{MissedTickBehavior, interval};

use crate::Mappings;
use crate::leases::{Leases, RENEWAL};
use crate::queue::{Outcome, Poller, QueueSettings};
use crate::reconcile::{Polling, Step, is_unsettled, step};

/// How soon what failed for a passing reason is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// What sources are made of.
pub struct SourcesOptions {
    pub mappings: Arc<dyn Mappings>,
    /// Queues and functions.
    pub neighbours: Arc<Neighbours>,
    pub leases: Arc<dyn LeaseStore>,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
}

/// All pollers of one server.
pub struct Sources {
    mappings: Arc<dyn Mappings>,
    neighbours: Arc<Neighbours>,
    random: Arc<dyn Random>,
    leases: Leases,
    stopping: watch::Sender<bool>,
}

/// What polls now. Dropping it ends everything at once, and what was taken is seen again.
#[derive(Default)]
struct Pollers {
    polling: HashMap<EventSourceMappingId, Told>,
    tasks: JoinSet<JoinSet<Outcome>>,
    ids: HashMap<task::Id, EventSourceMappingId>,
    /// Batches whose poller has stopped.
    draining: JoinSet<()>,
}

/// What a poller was told, and how it is told other things.
struct Told {
    settings: Arc<QueueSettings>,
    wanted: watch::Sender<Option<Arc<QueueSettings>>>,
    stopping: bool,
}

impl Sources {
    pub fn new(options: SourcesOptions) -> Arc<Self> {
        let SourcesOptions { mappings, neighbours, leases, clock, random } = options;
        let leases = Leases::new(leases, clock, &*random);
        Arc::new(Self { mappings, neighbours, random, leases, stopping: watch::Sender::new(false) })
    }

    /// Polls for all mappings that want it, and settles what was begun with any mapping, until it is told to stop and
    /// the last batch has ended. Dropping it at any time loses nothing.
    pub async fn run(self: Arc<Self>) {
        let mut pollers = Pollers::default();
        let mut renewal = interval(RENEWAL);
        renewal.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut stopping = self.stopping.subscribe();
        loop {
            let done = self.reconcile(&mut pollers).await;
            tokio::select! {
                () = told_to_stop(&mut stopping) => break,
                () = self.mappings.changed() => {}
                Some(ended) = pollers.tasks.join_next_with_id() => self.ended(&mut pollers, ended).await,
                Some(_) = pollers.draining.join_next() => {}
                _ = renewal.tick() => self.renew(&mut pollers).await,
                () = tokio::time::sleep(RETRY), if !done => {}
            }
        }
        self.finish(pollers).await;
    }

    /// From now on nothing more is taken. [`run`](Self::run) returns when what was taken is done.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Whether nothing is left to do now.
    async fn reconcile(&self, pollers: &mut Pollers) -> bool {
        match self.try_reconcile(pollers).await {
            Ok(done) => done,
            Err(error) => {
                tracing::error!(%error, "event source mappings could not be reconciled; trying again later");
                false
            }
        }
    }

    async fn try_reconcile(&self, pollers: &mut Pollers) -> Result<bool, StorageError> {
        let mappings = self.mappings.all().await?;
        let known: HashSet<EventSourceMappingId> = mappings.iter().map(|mapping| mapping.id).collect();
        for gone in pollers.polling.keys().filter(|id| !known.contains(id)).copied().collect::<Vec<_>>() {
            self.take(pollers, gone, step(None, pollers.polling(gone))).await;
        }
        let mut done = true;
        for mapping in &mappings {
            let taken =
                self.take(pollers, mapping.id, step(Some(mapping), pollers.polling(mapping.id))).await;
            done &= taken;
            if taken && is_unsettled(mapping.state) && pollers.is_as_wanted(mapping) {
                self.mappings.settle(mapping).await?;
            }
        }
        Ok(done)
    }

    /// `false`: it could not be done now.
    async fn take(&self, pollers: &mut Pollers, id: EventSourceMappingId, step: Step) -> bool {
        match step {
            Step::Start(settings) => {
                if !self.leases.acquire(id).await {
                    return false;
                }
                tracing::debug!(mapping = %id, queue = %settings.queue, "polling begins");
                self.start(pollers, id, settings);
            }
            Step::Tell(settings) => pollers.tell(id, settings),
            Step::Stop => pollers.stop(id),
            Step::Settle | Step::Nothing => {}
        }
        true
    }

    fn start(&self, pollers: &mut Pollers, id: EventSourceMappingId, settings: QueueSettings) {
        let settings = Arc::new(settings);
        let (wanted, heard) = watch::channel(Some(settings.clone()));
        let (neighbours, mappings, random) =
            (self.neighbours.clone(), self.mappings.clone(), self.random.clone());
        let Some(poller) = Poller::new(neighbours, mappings, random, heard) else { return };
        let task = pollers.tasks.spawn(poller.run());
        pollers.ids.insert(task.id(), id);
        pollers.polling.insert(id, Told { settings, wanted, stopping: false });
    }

    /// Whose lease was lost stops.
    async fn renew(&self, pollers: &mut Pollers) {
        for id in pollers.polling.keys().copied().collect::<Vec<_>>() {
            if !self.leases.acquire(id).await {
                pollers.stop(id);
            }
        }
    }

    /// A poller takes nothing any more.
    async fn ended(&self, pollers: &mut Pollers, ended: Result<(task::Id, JoinSet<Outcome>), JoinError>) {
        let task = match ended {
            Ok((task, batches)) => {
                pollers.draining.spawn(async move { drop(batches.join_all().await) });
                task
            }
            Err(error) => {
                tracing::error!(%error, "a poller ended without having been told to; it is started again");
                error.id()
            }
        };
        if let Some(id) = pollers.ids.remove(&task) {
            pollers.polling.remove(&id);
            self.leases.release(id).await;
        }
    }

    async fn finish(&self, mut pollers: Pollers) {
        for id in pollers.polling.keys().copied().collect::<Vec<_>>() {
            pollers.stop(id);
        }
        while let Some(ended) = pollers.tasks.join_next_with_id().await {
            self.ended(&mut pollers, ended).await;
        }
        while pollers.draining.join_next().await.is_some() {}
    }
}

async fn told_to_stop(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

impl Pollers {
    fn polling(&self, id: EventSourceMappingId) -> Polling<'_> {
        match self.polling.get(&id) {
            None => Polling::No,
            Some(told) if told.stopping => Polling::Stopping,
            Some(told) => Polling::As(&told.settings),
        }
    }

    fn is_as_wanted(&self, mapping: &EventSourceMappingRecord) -> bool {
        step(Some(mapping), self.polling(mapping.id)) == Step::Settle
    }

    fn tell(&mut self, id: EventSourceMappingId, settings: QueueSettings) {
        if let Some(told) = self.polling.get_mut(&id) {
            told.settings = Arc::new(settings);
            told.wanted.send_replace(Some(told.settings.clone()));
        }
    }

    fn stop(&mut self, id: EventSourceMappingId) {
        if let Some(told) = self.polling.get_mut(&id) {
            told.stopping = true;
            told.wanted.send_replace(None);
        }
    }
}
