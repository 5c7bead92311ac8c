use hob_wire::{AwsError, Handle, RequestContext};

use super::shapes::{
    SendMessageBatch, SendMessageBatchRequest, SendMessageBatchRequestEntry, SendMessageBatchResult,
    SendMessageBatchResultEntry,
};
use super::{batch, message, name};
use crate::Queues;
use crate::message::Draft;
use crate::send::Sent;
use crate::system_attributes::sequence_number;

impl Handle<SendMessageBatch> for Queues {
    async fn handle(
        &self,
        context: &RequestContext,
        input: SendMessageBatchRequest,
    ) -> Result<SendMessageBatchResult, AwsError> {
        let queue = name::queue(context, input.queue_url)?;
        let entries = input.entries.unwrap_or_default().into_iter();
        let entries = entries.map(|entry| draft(context, entry)).collect();
        let (mut successful, mut failed) = (Vec::new(), Vec::new());
        for (id, sent) in self.send_batch(&queue, entries).await? {
            match sent {
                Ok(sent) => successful.push(answer(id, sent)),
                Err(error) => failed.push(batch::failure(id, error)?),
            }
        }
        Ok(SendMessageBatchResult { successful: Some(successful), failed: batch::some(failed) })
    }
}

fn draft(context: &RequestContext, entry: SendMessageBatchRequestEntry) -> (String, Draft) {
    let draft = Draft {
        body: entry.message_body.unwrap_or_default(),
        delay: entry.delay_seconds.map(i64::from),
        attributes: message::attributes(entry.message_attributes),
        system_attributes: message::system_attributes(entry.message_system_attributes),
        group: entry.message_group_id,
        deduplication_id: entry.message_deduplication_id,
        trace_header: context.trace_header.clone(),
        sender: context.caller.user_id.clone(),
    };
    (entry.id.unwrap_or_default(), draft)
}

fn answer(id: String, sent: Sent) -> SendMessageBatchResultEntry {
    SendMessageBatchResultEntry {
        id: Some(id),
        message_id: Some(sent.message_id),
        md5_of_message_body: Some(sent.digests.body),
        md5_of_message_attributes: sent.digests.attributes,
        md5_of_message_system_attributes: sent.digests.system_attributes,
        sequence_number: sent.sequence.map(sequence_number),
    }
}
