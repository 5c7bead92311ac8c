use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{UntagQueue, UntagQueueRequest};
use crate::Queues;

impl Handle<UntagQueue> for Queues {
    async fn handle(&self, context: &RequestContext, input: UntagQueueRequest) -> Result<(), AwsError> {
        let queue = name::queue(context, input.queue_url)?;
        Ok(self.untag(&queue, &input.tag_keys.unwrap_or_default()).await?)
    }
}
