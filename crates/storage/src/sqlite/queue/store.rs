use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use hob_types::{QueueArn, Timestamp};
use rusqlite::Connection;

use super::schema::MIGRATIONS;
use super::{administration, counts, hide, move_task, receive, send, sweep};
use crate::sqlite::database::{Database, Durability};
use crate::{
    Arrivals, Hidden, MessageCounts, MoveTaskId, MoveTaskRecord, Moved, NewMessage, OpenError, QueueCreated,
    QueueId, QueuePurged, QueueRecord, QueueSettings, QueueStore, Receipt, ReceiveMessages, Received,
    SentMessage, StorageError,
};

pub(crate) struct SqliteQueueStore {
    database: Database,
    listener: Arc<Listener>,
    /// Keeps the directory for as long as the file is open.
    _directory: Arc<dyn Send + Sync>,
}

impl SqliteQueueStore {
    pub(crate) fn open(
        file: &Path,
        durability: Durability,
        directory: Arc<dyn Send + Sync>,
    ) -> Result<Self, OpenError> {
        let database = Database::open_as(file, MIGRATIONS, durability)?;
        Ok(Self { database, listener: Arc::default(), _directory: directory })
    }

    /// For operations that tell the listener.
    async fn tell<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&Connection, &Listener) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let listener = self.listener.clone();
        self.database.write(move |connection| operation(connection, &listener)).await
    }
}

/// Who hears of arrivals, and what is remembered about each queue between two operations.
#[derive(Default)]
pub(super) struct Listener {
    arrivals: OnceLock<Arc<dyn Arrivals>>,
    /// At least as many messages as are hidden, by queue: exact when they were counted, and since then raised by each
    /// that was handed out and lowered by each that was removed. So they must be counted only now and then.
    hidden: Mutex<HashMap<QueueId, u64>>,
}

impl Listener {
    pub(super) fn arrived(&self, queue: QueueId, at: Timestamp, messages: usize) {
        if let Some(arrivals) = self.arrivals.get() {
            arrivals.arrived(queue, at, messages);
        }
    }

    pub(super) fn drained(&self, queue: QueueId, until: Option<Timestamp>) {
        if let Some(arrivals) = self.arrivals.get() {
            arrivals.drained(queue, until);
        }
    }

    /// Exact where it matters.
    pub(super) fn in_flight(
        &self,
        connection: &Connection,
        wish: &ReceiveMessages,
        contents: i64,
    ) -> Result<u64, StorageError> {
        let mut hidden = self.hidden.lock().unwrap_or_else(PoisonError::into_inner);
        match hidden.get(&wish.queue) {
            Some(&estimate) if estimate < wish.in_flight_max => Ok(estimate),
            _ => {
                let count = receive::count_hidden(connection, contents, wish.now)?;
                hidden.insert(wish.queue, count);
                Ok(count)
            }
        }
    }

    pub(super) fn handed_out(&self, queue: QueueId, messages: usize) {
        self.estimate(queue, |hidden| hidden.saturating_add(messages as u64));
    }

    /// One that was handed out will not come back.
    pub(super) fn taken_back(&self, queue: QueueId) {
        self.estimate(queue, |hidden| hidden.saturating_sub(1));
    }

    fn estimate(&self, queue: QueueId, change: impl FnOnce(u64) -> u64) {
        let mut hidden = self.hidden.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(estimate) = hidden.get_mut(&queue) {
            *estimate = change(*estimate);
        }
    }
}

#[async_trait]
impl QueueStore for SqliteQueueStore {
    fn listen(&self, arrivals: Arc<dyn Arrivals>) {
        let _ = self.listener.arrivals.set(arrivals);
    }

    async fn handle_key(&self, proposal: [u8; 32]) -> Result<[u8; 32], StorageError> {
        self.database.write(move |connection| administration::handle_key(connection, proposal)).await
    }

    async fn queues(&self) -> Result<Vec<QueueRecord>, StorageError> {
        self.database.read(administration::all).await
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
        self.database
            .write(move |connection| administration::create(connection, &queue, &settings, &tags, now, rest))
            .await
    }

    async fn configure(
        &self,
        queue: QueueId,
        settings: QueueSettings,
        now: Timestamp,
    ) -> Result<Option<QueueRecord>, StorageError> {
        self.database
            .write(move |connection| administration::configure(connection, queue, &settings, now))
            .await
    }

    async fn set_tags(
        &self,
        queue: QueueId,
        tags: BTreeMap<String, String>,
    ) -> Result<Option<QueueRecord>, StorageError> {
        self.database.write(move |connection| administration::set_tags(connection, queue, &tags)).await
    }

    async fn delete(&self, queue: QueueId, now: Timestamp) -> Result<bool, StorageError> {
        self.database.write(move |connection| administration::delete(connection, queue, now)).await
    }

    async fn purge(
        &self,
        queue: QueueId,
        now: Timestamp,
        rest: Duration,
    ) -> Result<QueuePurged, StorageError> {
        self.database.write(move |connection| administration::purge(connection, queue, now, rest)).await
    }

    async fn counts(&self, queue: QueueId, now: Timestamp) -> Result<MessageCounts, StorageError> {
        self.database.read(move |connection| counts::counts(connection, queue, now)).await
    }

    async fn send(
        &self,
        queue: QueueId,
        messages: Vec<NewMessage>,
        now: Timestamp,
    ) -> Result<Option<Vec<SentMessage>>, StorageError> {
        self.tell(move |connection, listener| send::send(connection, listener, queue, &messages, now)).await
    }

    async fn receive(&self, wish: ReceiveMessages) -> Result<Received, StorageError> {
        self.tell(move |connection, listener| receive::receive(connection, listener, &wish)).await
    }

    async fn hide(
        &self,
        queue: QueueId,
        receipts: Vec<(Receipt, Duration)>,
        now: Timestamp,
    ) -> Result<Vec<Hidden>, StorageError> {
        self.tell(move |connection, listener| hide::hide(connection, listener, queue, &receipts, now)).await
    }

    async fn remove(
        &self,
        queue: QueueId,
        receipts: Vec<Receipt>,
        only_hidden: bool,
        now: Timestamp,
    ) -> Result<Vec<Hidden>, StorageError> {
        self.tell(move |connection, listener| {
            hide::remove(connection, listener, queue, &receipts, only_hidden, now)
        })
        .await
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<bool, StorageError> {
        self.tell(move |connection, listener| sweep::sweep(connection, listener, now, limit)).await
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
        self.database
            .write(move |connection| {
                move_task::start(connection, &source, destination.as_ref(), per_second, to_move, now)
            })
            .await
    }

    async fn move_task(&self, task: MoveTaskId) -> Result<Option<MoveTaskRecord>, StorageError> {
        self.database.read(move |connection| move_task::get(connection, task)).await
    }

    async fn move_tasks(&self, source: &QueueArn, limit: usize) -> Result<Vec<MoveTaskRecord>, StorageError> {
        let source = source.to_string();
        self.database.read(move |connection| move_task::latest(connection, &source, limit)).await
    }

    async fn open_move_tasks(&self) -> Result<Vec<MoveTaskRecord>, StorageError> {
        self.database.read(move_task::open).await
    }

    async fn cancel_move(&self, task: MoveTaskId) -> Result<Option<MoveTaskRecord>, StorageError> {
        self.database.write(move |connection| move_task::cancel(connection, task)).await
    }

    async fn step_move(
        &self,
        task: MoveTaskId,
        new_ids: Vec<String>,
        now: Timestamp,
    ) -> Result<Moved, StorageError> {
        self.tell(move |connection, listener| move_task::step(connection, listener, task, &new_ids, now))
            .await
    }
}
