use hob_types::QueueArn;
use serde::{Deserialize, Serialize};

/// What a queue's owner has set; durations in seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueSettings {
    /// 0 to 43200.
    pub visibility_timeout: u32,
    /// 0 to 900.
    pub delay: u32,
    /// 60 to 1209600.
    pub retention: u32,
    /// In bytes, 1024 to 1048576.
    pub maximum_message_size: u32,
    /// 0 to 20.
    pub receive_wait: u32,
    pub redrive: Option<RedrivePolicy>,
    pub redrive_allow: Option<RedriveAllowPolicy>,
    /// JSON.
    pub policy: Option<String>,
    pub managed_encryption: bool,
    /// `None`: it is a standard queue.
    pub fifo: Option<FifoSettings>,
}

/// Where messages go that were received too often.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedrivePolicy {
    pub target: QueueArn,
    /// 1 to 1000.
    pub max_receives: u32,
}

/// Which queues may have this one as their dead-letter queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RedriveAllowPolicy {
    AllowAll,
    DenyAll,
    ByQueue(Vec<QueueArn>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FifoSettings {
    pub content_based_deduplication: bool,
    pub deduplication_scope: DeduplicationScope,
    pub throughput_limit: FifoThroughputLimit,
}

/// Within what a deduplication id names one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeduplicationScope {
    Queue,
    MessageGroup,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FifoThroughputLimit {
    PerQueue,
    PerMessageGroupId,
}
