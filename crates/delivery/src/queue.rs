use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use hob_types::QueueArn;

use crate::DeliveryError;

/// What a message says of itself besides its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageAttribute {
    /// `String`, `Number` or `Binary`, or one of these with a suffix such as `.uuid`; in SNS `String.Array`, too.
    pub data_type: String,
    pub value: AttributeValue,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeValue {
    Text(String),
    Binary(Bytes),
}

/// A message to be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueMessage {
    pub body: String,
    pub attributes: BTreeMap<String, MessageAttribute>,
    /// FIFO queues demand one.
    pub group_id: Option<String>,
    /// FIFO queues only; `None`: the hash of the body, where the queue is set so.
    pub deduplication_id: Option<String>,
    /// The system attribute `AWSTraceHeader`.
    pub trace_header: Option<String>,
    /// The system attribute `SenderId`.
    pub sender: String,
}

/// What a neighbour needs to know of a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueDescription {
    pub visibility_timeout: Duration,
    /// The resource policy, JSON.
    pub policy: Option<String>,
}

/// What a consumer wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receive {
    /// Messages, 1 to 10.
    pub at_most: u32,
    /// How long to wait for the first one; zero: not at all.
    pub wait: Duration,
    /// How long the messages are hidden from others; `None`: as the queue is set.
    pub visibility: Option<Duration>,
}

/// A message as a consumer gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueDelivery {
    pub message_id: String,
    pub receipt_handle: String,
    pub body: String,
    /// Hexadecimal.
    pub md5_of_body: String,
    /// All system attributes, such as `ApproximateReceiveCount`, by name.
    pub system_attributes: BTreeMap<String, String>,
    pub attributes: BTreeMap<String, MessageAttribute>,
    /// Hexadecimal; `None`: there are no attributes.
    pub md5_of_attributes: Option<String>,
}

/// The queues of all accounts and regions.
#[async_trait]
pub trait QueueService: Send + Sync {
    /// `None`: there is no such queue.
    async fn describe(&self, queue: &QueueArn) -> Result<Option<QueueDescription>, DeliveryError>;

    /// Whether messages that are received too often leave the queue for another, where dead letters are kept.
    async fn has_dead_letter_queue(&self, _queue: &QueueArn) -> Result<bool, DeliveryError> {
        Ok(false)
    }

    /// Durable when it returns.
    async fn send(&self, queue: &QueueArn, message: QueueMessage) -> Result<(), DeliveryError>;

    /// Returns as soon as there is one message or more, or with none after the wait.
    async fn receive(&self, queue: &QueueArn, receive: Receive) -> Result<Vec<QueueDelivery>, DeliveryError>;

    /// Removes messages for good, by their receipt handles. Handles that have expired are ignored.
    async fn delete(&self, queue: &QueueArn, receipt_handles: &[String]) -> Result<(), DeliveryError>;

    /// Hides messages for so long from now on; zero: shows them again at once. Handles that have expired are ignored.
    async fn hide(
        &self,
        queue: &QueueArn,
        receipt_handles: &[String],
        visibility: Duration,
    ) -> Result<(), DeliveryError>;
}
