use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use hob_types::{QueueArn, Timestamp};

use super::{
    Hidden, MessageCounts, MoveTaskId, MoveTaskRecord, Moved, NewMessage, QueueId, QueueRecord,
    QueueSettings, Receipt, ReceiveMessages, Received, SentMessage,
};
use crate::StorageError;

/// Queues and their messages. Each method is one transaction.
#[async_trait]
pub trait QueueStore: Send + Sync {
    /// Whom to tell when messages can be received. To be called once; a second call changes nothing.
    fn listen(&self, arrivals: Arc<dyn Arrivals>);

    /// The key that receipt handles are made with; the first time, it becomes `proposal`.
    async fn handle_key(&self, proposal: [u8; 32]) -> Result<[u8; 32], StorageError>;

    /// All of them.
    async fn queues(&self) -> Result<Vec<QueueRecord>, StorageError>;

    /// The name of a deleted queue is free again after `rest`.
    async fn create(
        &self,
        queue: &QueueArn,
        settings: QueueSettings,
        tags: BTreeMap<String, String>,
        now: Timestamp,
        rest: Duration,
    ) -> Result<QueueCreated, StorageError>;

    /// `None`: there is no such queue.
    async fn configure(
        &self,
        queue: QueueId,
        settings: QueueSettings,
        now: Timestamp,
    ) -> Result<Option<QueueRecord>, StorageError>;

    /// `None`: there is no such queue.
    async fn set_tags(
        &self,
        queue: QueueId,
        tags: BTreeMap<String, String>,
    ) -> Result<Option<QueueRecord>, StorageError>;

    /// With its messages. `false`: there is no such queue.
    async fn delete(&self, queue: QueueId, now: Timestamp) -> Result<bool, StorageError>;

    /// Removes all messages that are there now, unless it did so less than `rest` ago.
    async fn purge(
        &self,
        queue: QueueId,
        now: Timestamp,
        rest: Duration,
    ) -> Result<QueuePurged, StorageError>;

    async fn counts(&self, queue: QueueId, now: Timestamp) -> Result<MessageCounts, StorageError>;

    /// Takes all messages, in their order, or none. A message whose deduplication id the queue has seen less than
    /// five minutes ago is not taken again. `None`: there is no such queue.
    async fn send(
        &self,
        queue: QueueId,
        messages: Vec<NewMessage>,
        now: Timestamp,
    ) -> Result<Option<Vec<SentMessage>>, StorageError>;

    /// Hides messages and hands them out. Those that were received too often go to the dead-letter queue instead, in
    /// the same transaction. Writes nothing when there is nothing to be received.
    async fn receive(&self, wish: ReceiveMessages) -> Result<Received, StorageError>;

    /// Shows each message again at its moment. One answer for each, in order.
    async fn hide(
        &self,
        queue: QueueId,
        receipts: Vec<(Receipt, Duration)>,
        now: Timestamp,
    ) -> Result<Vec<Hidden>, StorageError>;

    /// Removes messages for good. One answer for each, in order; with `only_hidden` a receipt that has expired removes
    /// nothing.
    async fn remove(
        &self,
        queue: QueueId,
        receipts: Vec<Receipt>,
        only_hidden: bool,
        now: Timestamp,
    ) -> Result<Vec<Hidden>, StorageError>;

    /// Removes what is too old and what belongs to nothing any more, about `limit` rows. `true`: there is more.
    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<bool, StorageError>;

    /// `None`: one is running for that queue already.
    async fn start_move(
        &self,
        source: &QueueArn,
        destination: Option<&QueueArn>,
        per_second: Option<u32>,
        to_move: u64,
        now: Timestamp,
    ) -> Result<Option<MoveTaskId>, StorageError>;

    async fn move_task(&self, task: MoveTaskId) -> Result<Option<MoveTaskRecord>, StorageError>;

    /// The latest first.
    async fn move_tasks(&self, source: &QueueArn, limit: usize) -> Result<Vec<MoveTaskRecord>, StorageError>;

    /// Those that are to be worked on.
    async fn open_move_tasks(&self) -> Result<Vec<MoveTaskRecord>, StorageError>;

    /// Asks a running task to end. `None`: it is not running.
    async fn cancel_move(&self, task: MoveTaskId) -> Result<Option<MoveTaskRecord>, StorageError>;

    /// Moves up to as many messages as there are new ids for them and counts them, or ends the task: it is to be
    /// cancelled, nothing is left, or there is nowhere to go.
    async fn step_move(
        &self,
        task: MoveTaskId,
        new_ids: Vec<String>,
        now: Timestamp,
    ) -> Result<Moved, StorageError>;
}

/// Hears when messages can be received, in the order in which the store changes; on its writer's thread and a little
/// before the change is on disk. So it must not wait, and must not rely on it: a change that fails has been told, too.
pub trait Arrivals: Send + Sync {
    /// So many messages of the queue can be received from that moment on.
    fn arrived(&self, queue: QueueId, at: Timestamp, messages: usize);

    /// No message can be received before that moment; `None`: unless one is sent.
    fn drained(&self, queue: QueueId, until: Option<Timestamp>);
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueueCreated {
    Created(QueueRecord),
    Exists(QueueRecord),
    DeletedRecently,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueuePurged {
    Purged,
    TooSoon,
    NoQueue,
}
