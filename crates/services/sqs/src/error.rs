use hob_storage::StorageError;
use hob_types::QueueArn;

/// Why an operation was refused, in no one's words yet: those are in `api/error.rs`.
#[derive(Debug, thiserror::Error)]
pub enum SqsError {
    #[error("no such queue")]
    NoQueue,
    #[error("the queue belongs to another account")]
    OtherAccount { url: String },
    #[error("{0:?} is no queue's URL")]
    InvalidUrl(String),
    #[error("{arn:?} is no queue's ARN")]
    InvalidArn { parameter: &'static str, arn: String },
    #[error("a queue of that name has another {0}")]
    QueueExists(String),
    #[error("a queue of that name has other tags")]
    OtherTags,
    #[error("the queue was deleted a moment ago")]
    DeletedRecently,
    #[error("the queue {0} was purged a moment ago")]
    PurgedRecently(String),
    #[error("not a queue's name")]
    InvalidName { fifo: bool },
    #[error("the request lacks {0}")]
    Missing(&'static str),
    #[error("{name} cannot be {value}")]
    OutOfRange { name: &'static str, value: i64, range: Range },
    #[error("no attribute {0}")]
    UnknownAttribute(String),
    #[error("{0} is for FIFO queues")]
    FifoOnly(&'static str),
    #[error("the type of a queue stays")]
    QueueTypeStays,
    #[error("{0} has no such value")]
    InvalidAttributeValue(&'static str),
    #[error("throughput by group goes with deduplication by group")]
    ThroughputNeedsGroupScope,
    #[error("{parameter}: {why:?}")]
    InvalidRedrive { parameter: &'static str, value: String, why: InvalidRedrive },
    #[error("{0} is not served")]
    Unserved(&'static str),
    #[error("{parameter} is not for this type of queue")]
    WrongQueueType { parameter: &'static str, value: String },
    #[error("{value:?} is no {parameter}")]
    InvalidToken { parameter: &'static str, value: String },
    #[error("a message must have a deduplication id")]
    NoDeduplicationId,
    #[error("the body has characters that it must not have")]
    InvalidCharacters,
    #[error("the message has more than {limit} bytes")]
    MessageTooLong { limit: usize, in_batch: bool },
    #[error("the messages have {bytes} bytes")]
    BatchTooLong { bytes: usize },
    #[error("an attribute is wrong: {0}")]
    Attribute(#[from] InvalidMessageAttribute),
    #[error("an empty batch")]
    EmptyBatch { entry: &'static str },
    #[error("{0} entries")]
    TooManyEntries(usize),
    #[error("not the id of an entry")]
    InvalidEntryId,
    #[error("two entries are called {0}")]
    EntryIdsNotDistinct(String),
    #[error("not a receipt handle of this queue")]
    InvalidHandle(String),
    #[error("the receipt handle has expired")]
    ExpiredHandle(String),
    #[error("the message is not hidden")]
    NotInFlight(String),
    #[error("the message would be hidden for too long")]
    HiddenTooLong { seconds: i64 },
    #[error("too many messages are hidden")]
    OverLimit,
    #[error("too many wait for messages")]
    TooManyReceivers,
    #[error("a permission is called {0} already")]
    LabelExists(String),
    #[error("no permission is called {0}")]
    NoLabel(String),
    #[error("{0} is no action of SQS that can be permitted")]
    InvalidAction(String),
    #[error("{0} is no account")]
    InvalidPrincipal(String),
    #[error("not a token that was given out for this")]
    InvalidNextToken,
    #[error("no queue of that ARN")]
    NoSourceQueue,
    #[error("no queue of that ARN")]
    NoDestinationQueue,
    #[error("no queue has {0} as its dead-letter queue")]
    NotADeadLetterQueue(QueueArn),
    #[error("a task runs for this queue")]
    TaskRunning,
    #[error("no such task")]
    NoTask,
    #[error("the task has ended")]
    TaskEnded,
    #[error("more than {0} tags")]
    TooManyTags(usize),
    #[error("not a tag")]
    InvalidTag(String),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// How AWS says what a number must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// `Must be between 1 and 10, if provided.`
    Between(i64, i64),
    /// `Must be >= 0 and <= 20, if provided.`
    IfProvided(i64, i64),
    /// `DelaySeconds must be >= 0 and <= 900.`
    Named(i64, i64),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvalidRedrive {
    /// Not JSON, or not an object.
    NotJson,
    Missing(&'static str),
    InvalidArn(String),
    NoTarget,
    /// A FIFO queue's dead letters go to a FIFO queue, others to others.
    OtherType,
    MaxReceives(String),
    NotPermitted,
    Permission(String),
    SourcesWithoutByQueue,
    SourcesMissing,
    TooManySources,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMessageAttribute {
    #[error("{0} of them")]
    TooMany(usize),
    #[error("{0:?} is no name")]
    Name(String),
    #[error("{0} has no type")]
    NoType(String),
    #[error("{0} has a type that there is not")]
    Type(String),
    #[error("{name} has no value of type {data_type}")]
    NoValue { name: String, data_type: String },
    #[error("{0} is no number")]
    NotANumber(String),
    #[error("{0} has characters that it must not have")]
    Characters(String),
    #[error("{0} has a list of values")]
    List(String),
    #[error("{0} is no system attribute that may be sent")]
    System(String),
}
