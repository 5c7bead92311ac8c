//! Polls one queue for one mapping.

use std::collections::{BTreeSet, HashMap};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use hob_delivery::{DeliveryError, Neighbours};
use hob_types::Random;
use tokio::sync::watch;
use tokio::task::{self, JoinSet};
use tokio::time::{Instant, sleep_until, timeout};

use super::QueueSettings;
use super::batch::{Gathered, Message};
use super::receiver::{Received, Receiver};
use super::run::{Outcome, Runner, show_again};
use super::scaler::Scaler;
use crate::Mappings;
use crate::backoff::Backoff;

/// Source: Lambda guide, "Using Lambda with Amazon SQS": long polling.
const LONG_POLL: Duration = Duration::from_secs(20);
/// Messages of one poll.
const RECEIVE_MAX: usize = 10;
/// How soon a queue that cannot be read, or a function that cannot be called, is tried again, at first and at last.
const RETRY: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// How long a poll may go on that nobody wants any more: it may be about to answer, and what it took is hidden.
const LAST_WORD: Duration = Duration::from_millis(50);

type Receiving = Pin<Box<dyn Future<Output = Result<Received, DeliveryError>> + Send>>;

/// What a poller is made of.
pub(crate) struct Poller {
    neighbours: Arc<Neighbours>,
    mappings: Arc<dyn Mappings>,
    random: Arc<dyn Random>,
    /// `None`: it is to stop.
    wanted: watch::Receiver<Option<Arc<QueueSettings>>>,
    settings: Arc<QueueSettings>,
    receiver: Arc<Receiver>,
    scaler: Scaler,
    gathered: Gathered,
    /// Of groups that a batch in flight still has: it was deleted, and has not ended yet; or it takes so long that its
    /// messages are seen again.
    held: Vec<Message>,
    receiving: Option<Receiving>,
    /// The poll is not wanted any more, and ends then at the latest.
    receiving_until: Option<Instant>,
    in_flight: JoinSet<Outcome>,
    /// Of FIFO queues: which groups each task in flight has.
    groups: HashMap<task::Id, BTreeSet<String>>,
    /// A call did not get through, and none has since. Nothing is taken meanwhile: what nobody can work on is better
    /// left where its receives are not counted.
    blocked: watch::Sender<bool>,
    block: watch::Receiver<bool>,
    /// Nothing is taken before.
    resume_at: Option<Instant>,
    queue_retry: Backoff,
    function_retry: Backoff,
}

impl Poller {
    /// `None`: nothing is wanted any more.
    pub(crate) fn new(
        neighbours: Arc<Neighbours>,
        mappings: Arc<dyn Mappings>,
        random: Arc<dyn Random>,
        wanted: watch::Receiver<Option<Arc<QueueSettings>>>,
    ) -> Option<Self> {
        let settings = wanted.borrow().clone()?;
        let (blocked, block) = watch::channel(false);
        Some(Self {
            receiver: Arc::new(Receiver::new(neighbours.clone(), mappings.clone(), settings.clone())),
            scaler: Scaler::new(settings.bounds),
            neighbours,
            mappings,
            random,
            wanted,
            settings,
            gathered: Gathered::default(),
            held: Vec::new(),
            receiving: None,
            receiving_until: None,
            in_flight: JoinSet::new(),
            groups: HashMap::new(),
            blocked,
            block,
            resume_at: None,
            queue_retry: Backoff::new(RETRY.0, RETRY.1),
            function_retry: Backoff::new(RETRY.0, RETRY.1),
        })
    }

    /// Polls until it is to stop. The batches that run then are answered; they end by themselves.
    pub(crate) async fn run(mut self) -> JoinSet<Outcome> {
        loop {
            let Some(settings) = self.wanted.borrow_and_update().clone() else { break };
            self.adopt(settings);
            self.dispatch(Instant::now());
            self.receive(Instant::now());
            if !self.next().await {
                break;
            }
        }
        if let Some(receiving) = self.receiving.take()
            && let Ok(received) = timeout(LAST_WORD, receiving).await
        {
            self.received(received);
        }
        let unused = [self.gathered.take_all(), self.held].concat();
        show_again(&self.neighbours, &self.settings, &unused).await;
        self.in_flight
    }

    fn adopt(&mut self, settings: Arc<QueueSettings>) {
        if settings == self.settings {
            return;
        }
        self.scaler.set_bounds(settings.bounds);
        let (neighbours, mappings) = (self.neighbours.clone(), self.mappings.clone());
        self.receiver = Arc::new(Receiver::new(neighbours, mappings, settings.clone()));
        self.settings = settings;
    }

    /// Starts as many batches as are ready and may run.
    fn dispatch(&mut self, now: Instant) {
        self.gathered.forget_expired(now);
        self.scaler.running(self.in_flight.len(), now);
        while self.is_open(now) && self.slots() > 0 && self.is_ready(now) {
            self.start(now);
            self.scaler.running(self.in_flight.len(), now);
        }
    }

    fn start(&mut self, now: Instant) {
        let size = self.settings.batch_size;
        // Of a FIFO queue, what does not fit has to wait for what does.
        let most = if self.settings.queue.is_fifo() { usize::MAX } else { 1 };
        let batches =
            std::iter::from_fn(|| self.gathered.take_batch(size, now)).take(most).collect::<Vec<_>>();
        let groups = batches.iter().flat_map(|batch| batch.groups().map(str::to_owned)).collect();
        let runner = Runner {
            neighbours: self.neighbours.clone(),
            random: self.random.clone(),
            settings: self.settings.clone(),
            blocked: self.blocked.clone(),
            wanted: self.wanted.clone(),
        };
        let task = self.in_flight.spawn(runner.run(batches));
        self.groups.insert(task.id(), groups);
    }

    fn slots(&self) -> usize {
        self.scaler.allowed().saturating_sub(self.in_flight.len())
    }

    fn is_open(&self, now: Instant) -> bool {
        !*self.block.borrow() && self.resume_at.is_none_or(|moment| moment <= now)
    }

    fn is_ready(&self, now: Instant) -> bool {
        let waited = self.window_ends().is_some_and(|end| end <= now);
        waited || self.gathered.is_full(self.settings.batch_size)
    }

    /// `None`: nothing waits for more.
    fn window_ends(&self) -> Option<Instant> {
        self.gathered.since().map(|since| since + self.settings.window)
    }

    /// Begins to poll, if there is a use for more messages and nobody polls.
    fn receive(&mut self, now: Instant) {
        if self.receiving_until.is_some_and(|until| until <= now) {
            (self.receiving, self.receiving_until) = (None, None);
        }
        let QueueSettings { queue, batch_size, .. } = &*self.settings;
        let room = self.slots().saturating_mul(*batch_size).saturating_sub(self.gathered.len());
        let at_most = if queue.is_fifo() { room.min(*batch_size) } else { room }.min(RECEIVE_MAX);
        let full = self.gathered.is_full(*batch_size) || (queue.is_fifo() && self.gathered.len() > 0);
        if self.receiving.is_some() || !self.is_open(now) || full || at_most == 0 {
            return;
        }
        let wait =
            self.window_ends().map_or(LONG_POLL, |end| end.saturating_duration_since(now).min(LONG_POLL));
        let (receiver, at_most) = (self.receiver.clone(), u32::try_from(at_most).unwrap_or(1));
        self.receiving = Some(Box::pin(async move { receiver.receive(at_most, wait).await }));
    }

    /// Waits for whatever happens next. `false`: nobody is there who could want anything.
    async fn next(&mut self) -> bool {
        let wake = self.wake();
        let Self { wanted, block, in_flight, receiving, .. } = self;
        tokio::select! {
            changed = wanted.changed() => return changed.is_ok(),
            _ = block.changed() => self.blocked(),
            Some(ended) = in_flight.join_next_with_id() => self.ended(ended),
            received = answer(receiving) => self.received(received),
            () = wake => {}
        }
        true
    }

    /// When there is something to do though nothing happens.
    fn wake(&self) -> impl Future<Output = ()> + use<> {
        let now = Instant::now();
        let more = self.scaler.until_next().map(|wait| now + wait);
        let later = |moment: &Instant| *moment > now;
        let [window_ends, resume_at] =
            [self.window_ends(), self.resume_at].map(|moment| moment.filter(later));
        let moments = [window_ends, resume_at, self.receiving_until, more];
        let next = moments.into_iter().flatten().min();
        async move {
            match next {
                Some(moment) => sleep_until(moment).await,
                None => std::future::pending().await,
            }
        }
    }

    fn blocked(&mut self) {
        if *self.block.borrow_and_update() {
            self.receiving_until = Some(Instant::now() + LAST_WORD);
            self.scaler.throttled(self.in_flight.len().saturating_sub(1));
        }
    }

    fn ended(&mut self, ended: Result<(task::Id, Outcome), task::JoinError>) {
        let (id, outcome) = ended.unwrap_or_else(|error| {
            tracing::error!(queue = %self.settings.queue, %error, "a batch was lost; its messages will be seen again");
            (error.id(), Outcome::NotRun)
        });
        self.groups.remove(&id);
        let held = std::mem::take(&mut self.held);
        self.gather(held);
        self.blocked.send_if_modified(std::mem::take);
        match outcome {
            Outcome::Succeeded => self.scaler.succeeded(),
            Outcome::Failed => self.scaler.failed(),
            Outcome::NotRun => {
                self.scaler.throttled(1);
                self.resume_at = Some(Instant::now() + self.function_retry.next(&*self.random));
                return;
            }
        }
        self.receiving_until = None;
        self.resume_at = None;
        self.function_retry.reset();
    }

    fn received(&mut self, received: Result<Received, DeliveryError>) {
        (self.receiving, self.receiving_until) = (None, None);
        match received {
            Err(error) => {
                let queue = &self.settings.queue;
                if self.queue_retry.is_new() {
                    tracing::warn!(%queue, %error, "a queue cannot be polled; trying again and again");
                }
                self.resume_at = Some(Instant::now() + self.queue_retry.next(&*self.random));
                return;
            }
            Ok(Received { nothing: true, .. }) => self.scaler.idle(),
            Ok(Received { messages, .. }) => self.gather(messages),
        }
        self.queue_retry.reset();
    }

    /// One batch of a group at a time.
    fn gather(&mut self, messages: Vec<Message>) {
        let busy = |group: &String| self.groups.values().any(|groups| groups.contains(group));
        let (held, free): (Vec<_>, Vec<_>) =
            messages.into_iter().partition(|message| message.group.as_ref().is_some_and(busy));
        self.held.extend(held);
        self.gathered.add(free, Instant::now());
    }
}

/// Never, if nobody polls.
async fn answer(receiving: &mut Option<Receiving>) -> Result<Received, DeliveryError> {
    match receiving {
        Some(receiving) => receiving.await,
        None => std::future::pending().await,
    }
}
