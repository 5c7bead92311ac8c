use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use hob_types::{QueueArn, Timestamp};

use super::QueueId;

/// What a message says of itself besides its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAttribute {
    pub data_type: String,
    pub value: StoredValue,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredValue {
    Text(String),
    Binary(Bytes),
}

/// A message on its way into a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    /// A UUID.
    pub message_id: String,
    pub body: String,
    pub attributes: BTreeMap<String, StoredAttribute>,
    /// From when on it may be received.
    pub visible_at: Timestamp,
    /// FIFO queues need one; elsewhere it is kept as it is.
    pub group: Option<String>,
    /// FIFO queues need one.
    pub deduplication_id: Option<String>,
    /// The FIFO queue looks for the id in this group only.
    pub deduplicate_in_group: bool,
    pub trace_header: Option<String>,
    pub sender: String,
}

/// A message that the queue has taken, or has taken before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentMessage {
    /// That of the earlier message, if this one is its duplicate.
    pub message_id: String,
    /// Grows with each message.
    pub sequence: u64,
}

/// One receiving of a message: what a receipt handle says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Receipt {
    /// The message within the store. Never used again.
    pub message: i64,
    /// How often it had been received then.
    pub receives: u32,
}

/// A wish for messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiveMessages {
    pub queue: QueueId,
    pub at_most: usize,
    /// How long they are hidden from now on.
    pub visibility: Duration,
    /// Older messages are gone.
    pub retention: Duration,
    /// In order by group, and no group twice at a time.
    pub fifo: bool,
    pub dead_letters: Option<DeadLetterQueue>,
    /// Of a FIFO queue: within five minutes the same attempt gets the same messages again, as long as all of them are
    /// held for it.
    pub attempt: Option<String>,
    /// With so many messages hidden nothing more is handed out.
    pub in_flight_max: u64,
    pub now: Timestamp,
}

/// Where messages go instead of being received once more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetterQueue {
    pub queue: QueueId,
    /// 1 or more.
    pub max_receives: u32,
    /// The queue that they come from.
    pub source: QueueArn,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    Messages(Vec<ReceivedMessage>),
    /// Too many messages are hidden.
    OverLimit,
    NoQueue,
}

/// A message as it is handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedMessage {
    pub receipt: Receipt,
    pub message_id: String,
    pub body: String,
    pub attributes: BTreeMap<String, StoredAttribute>,
    pub sent: Timestamp,
    pub first_received: Timestamp,
    pub sender: String,
    pub group: Option<String>,
    pub deduplication_id: Option<String>,
    pub sequence: u64,
    pub trace_header: Option<String>,
    pub dead_letter_source: Option<String>,
}

/// What became of a wish to hide a message or to remove it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    Done,
    /// There is no such message any more.
    Gone,
    /// It is visible again, so it may be anybody's.
    Expired,
    /// It would have been hidden for more than twelve hours since it was received.
    TooLong,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MessageCounts {
    pub visible: u64,
    /// Received and not deleted.
    pub hidden: u64,
    /// Not to be received for the first time yet.
    pub delayed: u64,
}
