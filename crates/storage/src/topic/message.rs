use std::collections::BTreeMap;

use hob_types::{SubscriptionArn, Timestamp};
use serde::{Deserialize, Serialize};

/// A message as it was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRecord {
    /// A UUID.
    pub message_id: String,
    pub published: Timestamp,
    pub content: MessageContent,
    /// `X-Amzn-Trace-Id` of who published it.
    pub trace_header: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MessageContent {
    Notification(Notification),
    /// Asks the endpoint whether it wants to be subscribed.
    SubscriptionConfirmation {
        token: String,
    },
    /// Tells the endpoint that it is no longer subscribed.
    UnsubscribeConfirmation {
        token: String,
    },
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    pub message: String,
    /// What subscribers by these protocols get in place of the message.
    pub by_protocol: BTreeMap<String, String>,
    pub subject: Option<String>,
    pub attributes: BTreeMap<String, MessageAttributeRecord>,
    /// FIFO topics have one in every message.
    pub group_id: Option<String>,
    pub deduplication_id: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageAttributeRecord {
    /// `String`, `String.Array`, `Number`, `Binary`, or one of these with a suffix.
    pub data_type: String,
    /// Base64 of a `Binary` one.
    pub value: String,
}

/// A message and who is to get it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    pub message: MessageRecord,
    pub recipients: Vec<SubscriptionArn>,
    /// `None`: the topic keeps no order.
    pub ordering: Option<Ordering>,
}

/// How a FIFO topic knows a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ordering {
    /// Messages of a group are delivered one after the other.
    pub group_id: String,
    /// One message of a key is taken until `forget_at`.
    pub deduplication_key: String,
    pub forget_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Of a duplicate: the first one's.
    pub message_id: String,
    /// Of a FIFO topic.
    pub sequence_number: Option<u64>,
}

/// A message on its way to one subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub id: i64,
    pub message: MessageRecord,
    pub sequence_number: Option<u64>,
    /// How often it was tried and failed.
    pub attempts: u32,
    /// When it is to be tried next.
    pub due: Timestamp,
    /// Will not be tried any more: it is on its way to the dead-letter queue.
    pub failure: Option<DeliveryFailure>,
}

/// Why a message could not be delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryFailure {
    pub code: String,
    pub message: String,
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// Nothing is left to do.
    Done,
    /// To be tried again.
    Retry { attempts: u32, due: Timestamp },
    /// Given up; the dead-letter queue is next.
    Failed(DeliveryFailure),
}
