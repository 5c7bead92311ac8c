use hob_storage::NewLogEvent;
use hob_types::Timestamp;
use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{
    InputLogEvent, PutLogEvents, PutLogEventsRequest, PutLogEventsResponse, RejectedLogEventsInfo,
};
use crate::Logs;
use crate::put::RejectedEvents;

impl Handle<PutLogEvents> for Logs {
    async fn handle(
        &self,
        context: &RequestContext,
        input: PutLogEventsRequest,
    ) -> Result<PutLogEventsResponse, AwsError> {
        let stream = name::stream(context, input.log_group_name, input.log_stream_name);
        let events = input.log_events.unwrap_or_default().into_iter().map(NewLogEvent::from).collect();
        let rejected = self.put_events(&stream, events).await?;
        Ok(PutLogEventsResponse {
            next_sequence_token: Some(name::sequence_token(self.now())),
            rejected_log_events_info: (!rejected.is_empty()).then(|| rejected.into()),
            rejected_entity_info: None,
        })
    }
}

impl From<InputLogEvent> for NewLogEvent {
    fn from(event: InputLogEvent) -> Self {
        Self {
            timestamp: Timestamp::from_millis(event.timestamp.unwrap_or_default()),
            message: event.message.unwrap_or_default(),
        }
    }
}

impl From<RejectedEvents> for RejectedLogEventsInfo {
    fn from(rejected: RejectedEvents) -> Self {
        let index = |index: Option<usize>| index.and_then(|index| index.try_into().ok());
        Self {
            too_new_log_event_start_index: index(rejected.too_new_start),
            too_old_log_event_end_index: index(rejected.too_old_end),
            expired_log_event_end_index: index(rejected.expired_end),
        }
    }
}
