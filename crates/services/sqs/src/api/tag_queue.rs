use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{TagQueue, TagQueueRequest};
use crate::Queues;

impl Handle<TagQueue> for Queues {
    async fn handle(&self, context: &RequestContext, input: TagQueueRequest) -> Result<(), AwsError> {
        let queue = name::queue(context, input.queue_url)?;
        Ok(self.tag(&queue, input.tags.unwrap_or_default()).await?)
    }
}
