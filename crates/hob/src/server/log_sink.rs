//! From the environments' log lines to CloudWatch Logs.

use std::sync::Arc;

use hob_environment::{LogEvent, LogSink, LogStreamName};
use hob_logs::LogWriter;
use hob_storage::{LogGroupId, LogStreamId, NewLogEvent};

pub(super) struct ToCloudWatchLogs(pub(super) Arc<LogWriter>);

impl LogSink for ToCloudWatchLogs {
    fn write(&self, stream: &LogStreamName, events: Vec<LogEvent>) {
        let LogStreamName { account, region, group, stream } = stream.clone();
        let id = LogStreamId { group: LogGroupId { account, region, name: group }, name: stream };
        let events =
            events.into_iter().map(|LogEvent { timestamp, message }| NewLogEvent { timestamp, message });
        self.0.write(&id, events.collect());
    }
}
