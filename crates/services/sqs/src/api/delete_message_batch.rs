use hob_wire::{AwsError, Handle, RequestContext};

use super::shapes::{
    DeleteMessageBatch, DeleteMessageBatchRequest, DeleteMessageBatchResult, DeleteMessageBatchResultEntry,
};
use super::{batch, name};
use crate::Queues;

impl Handle<DeleteMessageBatch> for Queues {
    async fn handle(
        &self,
        context: &RequestContext,
        input: DeleteMessageBatchRequest,
    ) -> Result<DeleteMessageBatchResult, AwsError> {
        let queue = name::queue(context, input.queue_url)?;
        let entries = input.entries.unwrap_or_default();
        let ids = entries.iter().map(|entry| entry.id.clone().unwrap_or_default()).collect::<Vec<_>>();
        let handles =
            entries.into_iter().map(|entry| entry.receipt_handle.unwrap_or_default()).collect::<Vec<_>>();
        self.queue(&queue).await?;
        crate::batch::check(ids.iter().map(String::as_str), "DeleteMessageBatchRequestEntry")?;
        let deleted = self.delete_messages(&queue, &handles).await?;
        let (ids, failed) = batch::sort(ids, deleted)?;
        let successful = ids.into_iter().map(|id| DeleteMessageBatchResultEntry { id: Some(id) }).collect();
        Ok(DeleteMessageBatchResult { successful: Some(successful), failed })
    }
}
