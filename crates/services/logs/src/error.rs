use hob_storage::StorageError;

use crate::pattern::InvalidPattern;

/// Why an operation was refused, in no one's words yet: those are in `api/error.rs`.
#[derive(Debug, thiserror::Error)]
pub enum LogsError {
    #[error("no such log group")]
    NoGroup,
    #[error("no such log stream")]
    NoStream,
    #[error("the log group exists")]
    GroupExists,
    #[error("the log stream exists")]
    StreamExists,
    #[error("the log group's name is reserved")]
    ReservedGroupName,
    #[error("the tag's key is reserved")]
    ReservedTagKey,
    #[error("too many tags")]
    TooManyTags,
    #[error("{0} is not served")]
    Unserved(&'static str),
    #[error("log group by name and by identifier, or by neither")]
    GroupNotNamed,
    #[error("groups by prefix and by pattern")]
    PrefixAndPattern,
    #[error("streams by name and by prefix")]
    NamesAndPrefix,
    #[error("streams by prefix in the order of their last event")]
    PrefixInOrderOfTime,
    #[error("not a token that was given out for this")]
    InvalidToken,
    #[error("events cannot be kept for {days} days")]
    InvalidRetention { days: i32 },
    #[error("events out of order")]
    NotChronological,
    #[error("events span more than 24 hours")]
    SpanTooLong,
    #[error("{bytes} bytes of events")]
    TooManyBytes { bytes: usize },
    #[error(transparent)]
    Pattern(#[from] InvalidPattern),
    #[error(transparent)]
    Storage(#[from] StorageError),
}
