//! Where an environment's log lines go.

use hob_types::{AccountId, Region, Timestamp};

/// One environment's log stream.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LogStreamName {
    pub account: AccountId,
    pub region: Region,
    /// Such as `/aws/lambda/hello`.
    pub group: String,
    /// Such as `2026/01/02/[$LATEST]0123456789abcdef0123456789abcdef`.
    pub stream: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEvent {
    pub timestamp: Timestamp,
    pub message: String,
}

/// Takes log events off the invocation's path.
pub trait LogSink: Send + Sync {
    /// Never blocks and never fails: what there is no room for is dropped and counted, and the stream says
    /// how many lines are missing. Events of one stream keep their order.
    fn write(&self, stream: &LogStreamName, events: Vec<LogEvent>);
}
