use hob_wire::{AwsError, Fault, Handle, RequestContext};

use super::name;
use super::shapes::{
    BatchResultErrorEntry, PublishBatch, PublishBatchInput, PublishBatchResponse, PublishBatchResultEntry,
};
use crate::envelope::sequence_number;
use crate::publish::{BatchEntry, InvalidMessage, Source, check_entries, check_size};
use crate::{Sns, SnsError};

impl Handle<PublishBatch> for Sns {
    async fn handle(
        &self,
        context: &RequestContext,
        input: PublishBatchInput,
    ) -> Result<PublishBatchResponse, AwsError> {
        let topic = name::topic(context, "Publish", &input.topic_arn.unwrap_or_default())?;
        let entries = input.publish_batch_request_entries.unwrap_or_default();
        let entries: Vec<BatchEntry> = entries.into_iter().map(BatchEntry::from).collect();
        check_entries(&entries)?;
        let topic = self.topic(&topic).await?;
        let (mut ids, mut messages, mut failed) = (Vec::new(), Vec::new(), Vec::new());
        for BatchEntry { id, request } in entries {
            match request.check(&topic) {
                Ok(valid) => {
                    ids.push(id);
                    messages.push(valid);
                }
                // Which the whole batch must have.
                Err(missing @ (InvalidMessage::NoGroup | InvalidMessage::NoDeduplicationId)) => {
                    return Err(SnsError::from(missing).into());
                }
                Err(invalid) => failed.push(failure(id, SnsError::from(invalid).into())),
            }
        }
        check_size(&messages)?;
        let notifications = messages.into_iter().map(|valid| valid.notification).collect();
        let source = Source { trace_header: context.trace_header.clone() };
        let published = self.publish(&topic, notifications, &source).await?;
        let successful = ids.into_iter().zip(published).map(|(id, published)| PublishBatchResultEntry {
            id: Some(id),
            message_id: Some(published.message_id),
            sequence_number: published.sequence_number.map(sequence_number),
        });
        Ok(PublishBatchResponse { successful: Some(successful.collect()), failed: Some(failed) })
    }
}

fn failure(id: String, error: AwsError) -> BatchResultErrorEntry {
    BatchResultErrorEntry {
        id: Some(id),
        code: Some(error.code.to_owned()),
        message: error.message.map(std::borrow::Cow::into_owned),
        sender_fault: Some(error.fault != Some(Some(Fault::Server))),
    }
}
