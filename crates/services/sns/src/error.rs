use hob_storage::StorageError;

use crate::filter::InvalidFilterPolicy;
use crate::publish::InvalidMessage;
use crate::retry::InvalidDeliveryPolicy;

/// Why an operation was refused, in no one's words yet: those are in `api/error.rs`.
#[derive(Debug, thiserror::Error)]
pub enum SnsError {
    #[error("no such topic")]
    NoTopic,
    #[error("no such subscription")]
    NoSubscription,
    #[error("{parameter} has {elements} elements only")]
    ShortArn { parameter: &'static str, elements: usize },
    #[error("neither a topic nor a target is named")]
    NoTarget,
    #[error("not a topic's name")]
    TopicName,
    #[error("not a FIFO topic's name")]
    FifoTopicName,
    #[error("the topic exists with other attributes")]
    OtherAttributes,
    #[error("the topic exists with other tags")]
    OtherTags,
    #[error("the subscription exists with other attributes")]
    OtherSubscriptionAttributes,
    #[error("there is no attribute {0:?}")]
    UnknownAttribute(String),
    #[error("the attribute {name} cannot be {value:?}")]
    InvalidAttribute { name: &'static str, value: String },
    #[error("{0:?} is neither true nor false")]
    InvalidBoolean(String),
    #[error("a filter policy's scope cannot be {0:?}")]
    InvalidScope(String),
    #[error("{0} is not served")]
    Unserved(&'static str),
    #[error("a policy that is no JSON object with statements")]
    InvalidPolicy,
    #[error("the policy has a statement of that label")]
    LabelExists,
    #[error("{caller} may not {action} {resource}")]
    NotAuthorized { caller: String, action: &'static str, resource: String },
    #[error("{0:?} is no account")]
    NoSuchAccount(String),
    #[error("there is no action {0:?}")]
    NoSuchAction(String),
    #[error("too many tags")]
    TooManyTags,
    #[error("the tag's key is reserved")]
    ReservedTagKey,
    #[error("there is no protocol {0:?}")]
    UnknownProtocol(String),
    #[error("the protocol {0} is not served")]
    UnservedProtocol(String),
    #[error("not an endpoint of {0}")]
    InvalidEndpoint(&'static str),
    #[error("a FIFO queue is subscribed to a standard topic")]
    FifoQueueOfStandardTopic,
    #[error("a FIFO topic delivers to queues only")]
    NotAQueueOfFifoTopic,
    #[error("not a token that was given out for this")]
    InvalidToken,
    #[error("unsubscribing needs authentication")]
    UnsubscribeNeedsAuthentication,
    #[error("the subscription is not confirmed")]
    NotConfirmed,
    #[error("not a page's token")]
    InvalidNextToken,
    #[error("not a redrive policy: {0}")]
    InvalidRedrivePolicy(RedriveProblem),
    #[error("{problem}")]
    FilterPolicy { problem: InvalidFilterPolicy, subscribing: bool },
    #[error(transparent)]
    DeliveryPolicy(#[from] InvalidDeliveryPolicy),
    #[error(transparent)]
    Message(#[from] InvalidMessage),
    #[error("the batch is empty")]
    EmptyBatch,
    #[error("the batch has {0} entries")]
    TooManyEntries(usize),
    #[error("two entries have the same id")]
    SameEntryIds,
    #[error("not an entry's id")]
    InvalidEntryId,
    #[error("the batch is too large")]
    BatchTooLong,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedriveProblem {
    #[error("no JSON object with deadLetterTargetArn")]
    Malformed,
    #[error("no ARN of a queue")]
    NotAQueue,
    #[error("a FIFO topic needs a FIFO queue")]
    FifoNeeded,
    #[error("a standard topic needs a standard queue")]
    StandardNeeded,
}
