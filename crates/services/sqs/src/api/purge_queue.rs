use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{PurgeQueue, PurgeQueueRequest};
use crate::Queues;

impl Handle<PurgeQueue> for Queues {
    async fn handle(&self, context: &RequestContext, input: PurgeQueueRequest) -> Result<(), AwsError> {
        let queue = name::queue(context, input.queue_url)?;
        Ok(self.purge(&queue).await?)
    }
}
