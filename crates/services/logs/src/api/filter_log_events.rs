use std::sync::Arc;

use hob_storage::{LogEventRecord, StreamSelection};
use hob_types::Timestamp;
use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{FilterLogEvents, FilterLogEventsRequest, FilterLogEventsResponse, FilteredLogEvent};
use crate::search::SearchRequest;
use crate::{FilterPattern, Logs, LogsError, token};

/// The default and the maximum of `limit`.
const LIMIT: i32 = 10_000;

impl Handle<FilterLogEvents> for Logs {
    async fn handle(
        &self,
        context: &RequestContext,
        input: FilterLogEventsRequest,
    ) -> Result<FilterLogEventsResponse, AwsError> {
        let group = name::named_or_identified(context, input.log_group_name, input.log_group_identifier)?;
        let pattern = FilterPattern::parse(&input.filter_pattern.unwrap_or_default());
        let request = SearchRequest {
            streams: streams(input.log_stream_names, input.log_stream_name_prefix)?,
            start: input.start_time.map(Timestamp::from_millis),
            // Here the end is included, unlike in GetLogEvents.
            end: input.end_time.map(|end| Timestamp::from_millis(end.saturating_add(1))),
            pattern: Arc::new(pattern.map_err(LogsError::from)?),
            latest_first: input.start_from_head == Some(false),
            limit: usize::try_from(input.limit.unwrap_or(LIMIT)).unwrap_or_default(),
            token: input.next_token,
        };
        let page = self.search(&group, request).await?;
        Ok(FilterLogEventsResponse {
            events: Some(page.items.into_iter().map(FilteredLogEvent::from).collect()),
            searched_log_streams: Some(Vec::new()),
            next_token: page.next_token,
        })
    }
}

fn streams(names: Option<Vec<String>>, prefix: Option<String>) -> Result<StreamSelection, LogsError> {
    match (names, prefix) {
        (Some(_), Some(_)) => Err(LogsError::NamesAndPrefix),
        (Some(names), None) => Ok(StreamSelection::Named(names)),
        (None, Some(prefix)) => Ok(StreamSelection::Prefix(prefix)),
        (None, None) => Ok(StreamSelection::All),
    }
}

impl From<LogEventRecord> for FilteredLogEvent {
    fn from(event: LogEventRecord) -> Self {
        Self {
            event_id: Some(token::position_digits("event", event.position)),
            log_stream_name: Some(event.stream),
            timestamp: Some(event.position.timestamp.as_millis()),
            message: Some(event.message),
            ingestion_time: Some(event.ingested.as_millis()),
        }
    }
}
