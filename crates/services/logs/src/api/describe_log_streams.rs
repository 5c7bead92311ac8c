use hob_storage::{LogGroupId, LogStreamRecord};
use hob_types::Timestamp;
use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{DescribeLogStreams, DescribeLogStreamsRequest, DescribeLogStreamsResponse, LogStream};
use crate::Logs;
use crate::stream::StreamListing;

/// The default and the maximum of `limit`.
const LIMIT: i32 = 50;

impl Handle<DescribeLogStreams> for Logs {
    async fn handle(
        &self,
        context: &RequestContext,
        input: DescribeLogStreamsRequest,
    ) -> Result<DescribeLogStreamsResponse, AwsError> {
        let group = name::named_or_identified(context, input.log_group_name, input.log_group_identifier)?;
        let listing = StreamListing {
            prefix: input.log_stream_name_prefix.unwrap_or_default(),
            by_last_event: input.order_by.as_deref() == Some("LastEventTime"),
            descending: input.descending.unwrap_or_default(),
        };
        let limit = usize::try_from(input.limit.unwrap_or(LIMIT)).unwrap_or_default();
        let page = self.streams(&group, listing, input.next_token.as_deref(), limit).await?;
        Ok(DescribeLogStreamsResponse {
            log_streams: Some(page.items.into_iter().map(|stream| shape(&group, stream)).collect()),
            next_token: page.next_token,
        })
    }
}

fn shape(group: &LogGroupId, stream: LogStreamRecord) -> LogStream {
    LogStream {
        arn: Some(name::stream_arn(group, &stream.name)),
        creation_time: Some(stream.created.as_millis()),
        first_event_timestamp: stream.first_event.map(Timestamp::as_millis),
        last_event_timestamp: stream.last_event.map(Timestamp::as_millis),
        last_ingestion_time: stream.last_ingestion.map(Timestamp::as_millis),
        upload_sequence_token: stream.last_ingestion.map(name::sequence_token),
        // AWS has said 0 for every stream since 2019.
        stored_bytes: Some(0),
        log_stream_name: Some(stream.name),
    }
}
