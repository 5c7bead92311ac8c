use hob_wire::{AwsError, Handle, RequestContext};

use super::shapes::{
    ChangeMessageVisibilityBatch, ChangeMessageVisibilityBatchRequest, ChangeMessageVisibilityBatchResult,
    ChangeMessageVisibilityBatchResultEntry,
};
use super::{batch, name};
use crate::Queues;

impl Handle<ChangeMessageVisibilityBatch> for Queues {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ChangeMessageVisibilityBatchRequest,
    ) -> Result<ChangeMessageVisibilityBatchResult, AwsError> {
        let queue = name::queue(context, input.queue_url)?;
        let entries = input.entries.unwrap_or_default();
        let ids = entries.iter().map(|entry| entry.id.clone().unwrap_or_default()).collect::<Vec<_>>();
        let changes = entries.into_iter().map(|entry| {
            (entry.receipt_handle.unwrap_or_default(), entry.visibility_timeout.map_or(0, i64::from))
        });
        self.queue(&queue).await?;
        crate::batch::check(ids.iter().map(String::as_str), "ChangeMessageVisibilityBatchRequestEntry")?;
        let hidden = self.hide_messages(&queue, &changes.collect::<Vec<_>>()).await?;
        let (ids, failed) = batch::sort(ids, hidden)?;
        let successful =
            ids.into_iter().map(|id| ChangeMessageVisibilityBatchResultEntry { id: Some(id) }).collect();
        Ok(ChangeMessageVisibilityBatchResult { successful: Some(successful), failed })
    }
}
