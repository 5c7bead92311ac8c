//! What is kept of queues and of the messages in them.

mod message;
mod move_task;
mod settings;
mod store;

use std::collections::BTreeMap;

use hob_types::{QueueArn, Timestamp};

pub use self::message::{
    DeadLetterQueue, Hidden, MessageCounts, NewMessage, Receipt, ReceiveMessages, Received, ReceivedMessage,
    SentMessage, StoredAttribute, StoredValue,
};
pub use self::move_task::{MoveTaskId, MoveTaskRecord, MoveTaskStatus, Moved};
pub use self::settings::{
    DeduplicationScope, FifoSettings, FifoThroughputLimit, QueueSettings, RedriveAllowPolicy, RedrivePolicy,
};
pub use self::store::{Arrivals, QueueCreated, QueuePurged, QueueStore};

/// Names a queue for as long as it lives, and no other after that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QueueId(i64);

impl QueueId {
    pub const fn new(id: i64) -> Self {
        Self(id)
    }

    pub const fn get(self) -> i64 {
        self.0
    }
}

/// A queue without its messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueRecord {
    pub id: QueueId,
    pub arn: QueueArn,
    pub created: Timestamp,
    pub modified: Timestamp,
    pub settings: QueueSettings,
    pub tags: BTreeMap<String, String>,
}
