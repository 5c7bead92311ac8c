use hob_storage::{LogEventRecord, LogStreamId};
use hob_types::Timestamp;
use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{GetLogEvents, GetLogEventsRequest, GetLogEventsResponse, OutputLogEvent};
use crate::Logs;
use crate::read::EventsRequest;

/// The default and the maximum of `limit`.
const LIMIT: i32 = 10_000;

impl Handle<GetLogEvents> for Logs {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetLogEventsRequest,
    ) -> Result<GetLogEventsResponse, AwsError> {
        let group = name::named_or_identified(context, input.log_group_name, input.log_group_identifier)?;
        let stream = LogStreamId { group, name: input.log_stream_name.unwrap_or_default() };
        let request = EventsRequest {
            start: input.start_time.map(Timestamp::from_millis),
            end: input.end_time.map(Timestamp::from_millis),
            limit: usize::try_from(input.limit.unwrap_or(LIMIT)).unwrap_or_default(),
            from_head: input.start_from_head.unwrap_or_default(),
            token: input.next_token,
        };
        let page = self.events(&stream, request).await?;
        Ok(GetLogEventsResponse {
            events: Some(page.events.into_iter().map(OutputLogEvent::from).collect()),
            next_forward_token: Some(page.forward_token),
            next_backward_token: Some(page.backward_token),
        })
    }
}

impl From<LogEventRecord> for OutputLogEvent {
    fn from(event: LogEventRecord) -> Self {
        Self {
            timestamp: Some(event.position.timestamp.as_millis()),
            message: Some(event.message),
            ingestion_time: Some(event.ingested.as_millis()),
        }
    }
}
