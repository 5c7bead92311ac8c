//! What the tests of several modules need.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use hob_storage::{
    Arrivals, Hidden, MessageCounts, MoveTaskId, MoveTaskRecord, Moved, NewMessage, QueueCreated, QueueId,
    QueuePurged, QueueRecord, QueueSettings, QueueStore, Receipt, ReceiveMessages, Received, SentMessage,
    Storage, StorageError,
};
use hob_types::{Clock, QueueArn, SeededRandom, Timestamp};
use tokio::runtime::Handle;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::Instant;

use crate::Queues;
use crate::message::Draft;
use crate::receive::Wish;

pub(crate) const START: Timestamp = Timestamp::from_millis(1_767_323_045_678);

/// Goes with the runtime's time, which a test can pause.
struct RuntimeClock {
    origin: Instant,
}

impl Clock for RuntimeClock {
    fn now(&self) -> Timestamp {
        START + self.origin.elapsed()
    }
}

/// A store whose work takes none of the runtime's time: paused time runs on as soon as nobody has anything to do, and
/// it must not while the store's own threads have.
struct Timeless(Arc<dyn QueueStore>);

impl Timeless {
    async fn call<T, F>(&self, operation: impl FnOnce(Arc<dyn QueueStore>) -> F + Send + 'static) -> T
    where
        T: Send + 'static,
        F: Future<Output = T> + Send,
    {
        let (store, runtime) = (self.0.clone(), Handle::current());
        spawn_blocking(move || runtime.block_on(operation(store))).await.unwrap()
    }
}

macro_rules! timeless {
    ($(fn $method:ident($($name:ident: $type:ty),*) -> $answer:ty;)+) => {
        #[async_trait]
        impl QueueStore for Timeless {
            fn listen(&self, arrivals: Arc<dyn Arrivals>) {
                self.0.listen(arrivals);
            }

            async fn create(
                &self,
                queue: &QueueArn,
                settings: QueueSettings,
                tags: BTreeMap<String, String>,
                now: Timestamp,
                rest: Duration,
            ) -> Result<QueueCreated, StorageError> {
                let queue = queue.clone();
                self.call(move |store| async move { store.create(&queue, settings, tags, now, rest).await }).await
            }

            async fn start_move(
                &self,
                source: &QueueArn,
                destination: Option<&QueueArn>,
                per_second: Option<u32>,
                to_move: u64,
                now: Timestamp,
            ) -> Result<Option<MoveTaskId>, StorageError> {
                let (source, destination) = (source.clone(), destination.cloned());
                self.call(move |store| async move {
                    store.start_move(&source, destination.as_ref(), per_second, to_move, now).await
                })
                .await
            }

            async fn move_tasks(
                &self,
                source: &QueueArn,
                limit: usize,
            ) -> Result<Vec<MoveTaskRecord>, StorageError> {
                let source = source.clone();
                self.call(move |store| async move { store.move_tasks(&source, limit).await }).await
            }

            $(
                async fn $method(&self, $($name: $type),*) -> Result<$answer, StorageError> {
                    self.call(move |store| async move { store.$method($($name),*).await }).await
                }
            )+
        }
    };
}

timeless! {
    fn handle_key(proposal: [u8; 32]) -> [u8; 32];
    fn queues() -> Vec<QueueRecord>;
    fn configure(queue: QueueId, settings: QueueSettings, now: Timestamp) -> Option<QueueRecord>;
    fn set_tags(queue: QueueId, tags: BTreeMap<String, String>) -> Option<QueueRecord>;
    fn delete(queue: QueueId, now: Timestamp) -> bool;
    fn purge(queue: QueueId, now: Timestamp, rest: Duration) -> QueuePurged;
    fn counts(queue: QueueId, now: Timestamp) -> MessageCounts;
    fn send(queue: QueueId, messages: Vec<NewMessage>, now: Timestamp) -> Option<Vec<SentMessage>>;
    fn receive(wish: ReceiveMessages) -> Received;
    fn hide(queue: QueueId, receipts: Vec<(Receipt, Duration)>, now: Timestamp) -> Vec<Hidden>;
    fn remove(queue: QueueId, receipts: Vec<Receipt>, only_hidden: bool, now: Timestamp) -> Vec<Hidden>;
    fn sweep(now: Timestamp, limit: usize) -> bool;
    fn move_task(task: MoveTaskId) -> Option<MoveTaskRecord>;
    fn open_move_tasks() -> Vec<MoveTaskRecord>;
    fn cancel_move(task: MoveTaskId) -> Option<MoveTaskRecord>;
    fn step_move(task: MoveTaskId, new_ids: Vec<String>, now: Timestamp) -> Moved;
}

/// SQS on a clock that goes with the runtime's time.
pub(crate) struct World {
    pub(crate) queues: Arc<Queues>,
    /// What goes on in the background.
    _background: JoinSet<()>,
    _storage: Storage,
}

impl World {
    /// Within a runtime.
    pub(crate) fn new() -> Self {
        let storage = Storage::in_memory().unwrap();
        let clock = Arc::new(RuntimeClock { origin: Instant::now() });
        let store = Arc::new(Timeless(storage.queues()));
        let queues = Queues::new(store, clock, Arc::new(SeededRandom::new(1)));
        let mut background = JoinSet::new();
        background.spawn(queues.clone().run());
        Self { queues, _background: background, _storage: storage }
    }

    pub(crate) async fn create(&self, name: &str, attributes: &[(&str, &str)]) -> QueueArn {
        let attributes = attributes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let queue = arn(name);
        self.queues.create(&queue, &attributes.collect(), BTreeMap::new()).await.unwrap();
        queue
    }

    pub(crate) async fn send(&self, queue: &QueueArn, body: &str) {
        self.queues.send(queue, draft(body)).await.unwrap();
    }

    /// The bodies of what there is, and their handles.
    pub(crate) async fn receive(&self, queue: &QueueArn, at_most: i64, wait: i64) -> Vec<(String, String)> {
        let wish = Wish { at_most: Some(at_most), wait: Some(wait), ..Wish::default() };
        let (found, messages) = self.queues.receive(queue, wish).await.unwrap();
        let handles = self.queues.handles().await.unwrap();
        let named = |message: &hob_storage::ReceivedMessage| {
            (message.body.clone(), handles.make(found.record.id, message.receipt))
        };
        messages.iter().map(named).collect()
    }

    pub(crate) async fn bodies(&self, queue: &QueueArn, at_most: i64, wait: i64) -> Vec<String> {
        self.receive(queue, at_most, wait).await.into_iter().map(|(body, _)| body).collect()
    }
}

pub(crate) fn arn(name: &str) -> QueueArn {
    format!("arn:aws:sqs:us-east-1:000000000000:{name}").parse().unwrap()
}

pub(crate) fn draft(body: &str) -> Draft {
    Draft { body: body.to_owned(), sender: "somebody".to_owned(), ..Draft::default() }
}
