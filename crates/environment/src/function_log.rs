//! One environment's log stream, and the end of it that a caller asked for.

use std::sync::Arc;

use bytes::Bytes;
use hob_types::Clock;

use crate::{LogEvent, LogSink, LogStreamName};

/// How much of an invocation's log `X-Amz-Log-Result` carries, in bytes. Source: API Invoke.
const TAIL_MAX: usize = 4 << 10;

pub(crate) struct FunctionLog {
    stream: LogStreamName,
    sink: Arc<dyn LogSink>,
    clock: Arc<dyn Clock>,
    /// Collected only while an invocation wants it.
    tail: Option<Vec<u8>>,
}

impl FunctionLog {
    pub(crate) fn new(stream: LogStreamName, sink: Arc<dyn LogSink>, clock: Arc<dyn Clock>) -> Self {
        Self { stream, sink, clock, tail: None }
    }

    /// Each message is one log event.
    pub(crate) fn write(&mut self, messages: impl IntoIterator<Item = String>) {
        let timestamp = self.clock.now();
        let event = |message| LogEvent { timestamp, message };
        let events: Vec<_> = messages.into_iter().map(event).collect();
        if events.is_empty() {
            return;
        }
        if let Some(tail) = &mut self.tail {
            events.iter().for_each(|event| append(tail, event.message.as_bytes()));
        }
        self.sink.write(&self.stream, events);
    }

    pub(crate) fn start_tail(&mut self, wanted: bool) {
        self.tail = wanted.then(Vec::new);
    }

    pub(crate) fn take_tail(&mut self) -> Option<Bytes> {
        self.tail.take().map(|tail| Bytes::copy_from_slice(&tail[tail.len().saturating_sub(TAIL_MAX)..]))
    }
}

/// Keeps at least the last [`TAIL_MAX`] bytes, and moves them only every so often.
fn append(tail: &mut Vec<u8>, message: &[u8]) {
    if tail.len() + message.len() > 4 * TAIL_MAX {
        tail.drain(..tail.len().saturating_sub(TAIL_MAX));
    }
    tail.extend_from_slice(&message[message.len().saturating_sub(TAIL_MAX)..]);
}

#[cfg(test)]
mod tests {
    use hob_types::{AccountId, ManualClock, Region, Timestamp};

    use super::*;

    struct Nowhere;

    impl LogSink for Nowhere {
        fn write(&self, _: &LogStreamName, _: Vec<LogEvent>) {}
    }

    fn log() -> FunctionLog {
        let stream = LogStreamName {
            account: AccountId::local(),
            region: Region::local(),
            group: "group".to_owned(),
            stream: "stream".to_owned(),
        };
        FunctionLog::new(stream, Arc::new(Nowhere), Arc::new(ManualClock::at(Timestamp::EPOCH)))
    }

    #[test]
    fn the_tail_is_the_last_4_kib_of_what_was_written_since_it_was_asked_for() {
        let mut log = log();
        log.write(["before\n".to_owned()]);
        log.start_tail(true);
        log.write(["START\n".to_owned(), "line\n".to_owned()]);
        assert_eq!(log.take_tail(), Some(Bytes::from_static(b"START\nline\n")));
        log.start_tail(true);
        log.write((0..10_000).map(|i| format!("line {i}\n")));
        let tail = log.take_tail().unwrap();
        assert_eq!(tail.len(), TAIL_MAX);
        assert!(tail.ends_with(b"line 9998\nline 9999\n"));
        log.write(["x".repeat(10_000)]);
        assert_eq!(log.take_tail(), None);
    }

    #[test]
    fn one_long_line_fills_the_tail_with_its_end() {
        let mut log = log();
        log.start_tail(true);
        log.write([format!("{}end\n", "x".repeat(100_000))]);
        let tail = log.take_tail().unwrap();
        assert_eq!(tail.len(), TAIL_MAX);
        assert!(tail.ends_with(b"xend\n"));
    }
}
