use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{ListQueueTags, ListQueueTagsRequest, ListQueueTagsResult};
use crate::Queues;

impl Handle<ListQueueTags> for Queues {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListQueueTagsRequest,
    ) -> Result<ListQueueTagsResult, AwsError> {
        let queue = self.queue(&name::queue(context, input.queue_url)?).await?;
        let tags = queue.record.tags.clone();
        Ok(ListQueueTagsResult { tags: (!tags.is_empty()).then_some(tags) })
    }
}
