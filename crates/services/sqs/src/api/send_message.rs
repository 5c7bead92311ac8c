use hob_wire::{AwsError, Handle, RequestContext};

use super::shapes::{SendMessage, SendMessageRequest, SendMessageResult};
use super::{message, name};
use crate::Queues;
use crate::message::Draft;
use crate::system_attributes::sequence_number;

impl Handle<SendMessage> for Queues {
    async fn handle(
        &self,
        context: &RequestContext,
        input: SendMessageRequest,
    ) -> Result<SendMessageResult, AwsError> {
        let queue = name::queue(context, input.queue_url.clone())?;
        let sent = self.send(&queue, draft(context, input)).await?;
        Ok(SendMessageResult {
            message_id: Some(sent.message_id),
            md5_of_message_body: Some(sent.digests.body),
            md5_of_message_attributes: sent.digests.attributes,
            md5_of_message_system_attributes: sent.digests.system_attributes,
            sequence_number: sent.sequence.map(sequence_number),
        })
    }
}

fn draft(context: &RequestContext, input: SendMessageRequest) -> Draft {
    Draft {
        body: input.message_body.unwrap_or_default(),
        delay: input.delay_seconds.map(i64::from),
        attributes: message::attributes(input.message_attributes),
        system_attributes: message::system_attributes(input.message_system_attributes),
        group: input.message_group_id,
        deduplication_id: input.message_deduplication_id,
        trace_header: context.trace_header.clone(),
        sender: context.caller.user_id.clone(),
    }
}
