//! One environment's log stream, and the end of it that a caller asked for.

use std::sync::Arc;

use bytes::Bytes;
use hob_types::{Clock, LogFormat, LoggingConfiguration};

use crate::output::Logged;
use crate::platform_event::PlatformEvent;
use crate::{LogEvent, LogSink, LogStreamName, application_level};

/// How much of an invocation's log `X-Amz-Log-Result` carries, in bytes. Source: API Invoke.
const TAIL_MAX: usize = 4 << 10;

pub(crate) struct FunctionLog {
    stream: LogStreamName,
    logging: LoggingConfiguration,
    sink: Arc<dyn LogSink>,
    clock: Arc<dyn Clock>,
    /// Collected only while an invocation wants it.
    tail: Option<Vec<u8>>,
}

impl FunctionLog {
    pub(crate) fn new(
        stream: LogStreamName,
        logging: LoggingConfiguration,
        sink: Arc<dyn LogSink>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { stream, logging, sink, clock, tail: None }
    }

    /// What the function wrote. Lines are kept as they are, or not at all.
    pub(crate) fn write(&mut self, output: Vec<Logged>) {
        let logging = self.logging;
        let now = self.clock.now();
        self.append(output.into_iter().filter_map(|logged| match logged {
            Logged::Line(line) => is_kept(&line, logging).then_some(line),
            Logged::Dropped(dropped) => PlatformEvent::LogsDropped(dropped).line(logging, now),
        }));
    }

    /// What the platform says.
    pub(crate) fn report<'a>(&mut self, events: impl IntoIterator<Item = PlatformEvent<'a>>) {
        let (logging, now) = (self.logging, self.clock.now());
        self.append(events.into_iter().filter_map(|event| event.line(logging, now)));
    }

    /// Each message is one log event.
    fn append(&mut self, messages: impl IntoIterator<Item = String>) {
        let timestamp = self.clock.now();
        let event = |message| LogEvent { timestamp, message };
        let events: Vec<_> = messages.into_iter().map(event).collect();
        if events.is_empty() {
            return;
        }
        if let Some(tail) = &mut self.tail {
            events.iter().for_each(|event| extend(tail, event.message.as_bytes()));
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

/// Whether a line matters enough. The text format has no levels, and neither has text in the JSON format.
fn is_kept(line: &str, logging: LoggingConfiguration) -> bool {
    logging.format == LogFormat::Text
        || application_level::of(line).is_none_or(|level| level >= logging.application_level)
}

/// Keeps at least the last [`TAIL_MAX`] bytes, and moves them only every so often.
fn extend(tail: &mut Vec<u8>, message: &[u8]) {
    if tail.len() + message.len() > 4 * TAIL_MAX {
        tail.drain(..tail.len().saturating_sub(TAIL_MAX));
    }
    tail.extend_from_slice(&message[message.len().saturating_sub(TAIL_MAX)..]);
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use hob_types::{AccountId, LogLevel, ManualClock, Region, RequestId, SystemLogLevel, Timestamp};

    use super::*;

    #[derive(Default)]
    struct Kept(Mutex<Vec<String>>);

    impl LogSink for Kept {
        fn write(&self, _: &LogStreamName, events: Vec<LogEvent>) {
            self.0.lock().unwrap().extend(events.into_iter().map(|event| event.message));
        }
    }

    fn log() -> FunctionLog {
        log_to(Arc::default(), LoggingConfiguration::default())
    }

    fn log_to(sink: Arc<Kept>, logging: LoggingConfiguration) -> FunctionLog {
        let stream = LogStreamName {
            account: AccountId::local(),
            region: Region::local(),
            group: "group".to_owned(),
            stream: "stream".to_owned(),
        };
        FunctionLog::new(stream, logging, sink, Arc::new(ManualClock::at(Timestamp::EPOCH)))
    }

    fn lines<T: Into<String>>(lines: impl IntoIterator<Item = T>) -> Vec<Logged> {
        lines.into_iter().map(|line| Logged::Line(line.into())).collect()
    }

    /// What is kept of one line of each kind, and of what the platform says.
    fn kept(logging: LoggingConfiguration) -> String {
        let sink = Arc::new(Kept::default());
        let mut log = log_to(Arc::clone(&sink), logging);
        let level = |name| format!("{{\"timestamp\":\"2026-01-02T03:04:05Z\", \"level\": \"{name}\"}}\n");
        log.write(lines([level("DEBUG"), level("WARN"), "text\n".to_owned(), "{\"a\":1}\n".to_owned()]));
        let request_id: RequestId = "11111111-2222-4333-8444-555555555555".parse().unwrap();
        log.report([PlatformEvent::Start {
            request_id,
            function_arn: "arn",
            version: hob_types::Version::Latest,
        }]);
        let kept = sink.0.lock().unwrap().concat();
        kept.replace(&request_id.to_string(), "<id>")
    }

    #[test]
    fn the_text_format_keeps_everything() {
        let logging = LoggingConfiguration {
            application_level: LogLevel::Fatal,
            system_level: SystemLogLevel::Warn,
            ..LoggingConfiguration::default()
        };
        insta::assert_snapshot!(kept(logging), @r#"
        {"timestamp":"2026-01-02T03:04:05Z", "level": "DEBUG"}
        {"timestamp":"2026-01-02T03:04:05Z", "level": "WARN"}
        text
        {"a":1}
        START RequestId: <id> Version: $LATEST
        "#);
    }

    #[test]
    fn the_json_format_keeps_what_matters_enough_and_changes_no_line_of_the_functions() {
        let json = LoggingConfiguration { format: LogFormat::Json, ..LoggingConfiguration::default() };
        insta::assert_snapshot!(kept(json), @r#"
        {"timestamp":"2026-01-02T03:04:05Z", "level": "WARN"}
        text
        {"a":1}
        {"time":"1970-01-01T00:00:00.000Z","type":"platform.start","record":{"requestId":"<id>","functionArn":"arn","version":"$LATEST"}}
        "#);
        let warn = LoggingConfiguration {
            application_level: LogLevel::Warn,
            system_level: SystemLogLevel::Warn,
            ..json
        };
        insta::assert_snapshot!(kept(warn), @r#"
        {"timestamp":"2026-01-02T03:04:05Z", "level": "WARN"}
        text
        "#);
    }

    #[test]
    fn the_tail_is_the_last_4_kib_of_what_was_written_since_it_was_asked_for() {
        let mut log = log();
        log.write(lines(["before\n"]));
        log.start_tail(true);
        log.write(lines(["START\n", "line\n"]));
        assert_eq!(log.take_tail(), Some(Bytes::from_static(b"START\nline\n")));
        log.start_tail(true);
        log.write(lines((0..10_000).map(|i| format!("line {i}\n"))));
        let tail = log.take_tail().unwrap();
        assert_eq!(tail.len(), TAIL_MAX);
        assert!(tail.ends_with(b"line 9998\nline 9999\n"));
        log.write(lines(["x".repeat(10_000)]));
        assert_eq!(log.take_tail(), None);
    }

    #[test]
    fn one_long_line_fills_the_tail_with_its_end() {
        let mut log = log();
        log.start_tail(true);
        log.write(lines([format!("{}end\n", "x".repeat(100_000))]));
        let tail = log.take_tail().unwrap();
        assert_eq!(tail.len(), TAIL_MAX);
        assert!(tail.ends_with(b"xend\n"));
    }
}
