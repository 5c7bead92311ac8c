use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{CreateQueue, CreateQueueRequest, CreateQueueResult};
use crate::Queues;

impl Handle<CreateQueue> for Queues {
    async fn handle(
        &self,
        context: &RequestContext,
        input: CreateQueueRequest,
    ) -> Result<CreateQueueResult, AwsError> {
        let queue = name::own_queue(context, input.queue_name);
        let (attributes, tags) = (input.attributes.unwrap_or_default(), input.tags.unwrap_or_default());
        self.create(&queue, &attributes, tags).await?;
        Ok(CreateQueueResult { queue_url: Some(name::url(context, &queue)) })
    }
}
