//! One execution environment: its life cycle and the APIs it offers to the untrusted code inside.

mod log;

pub use self::log::{LogEvent, LogSink, LogStreamName};
