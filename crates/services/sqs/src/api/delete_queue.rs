use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{DeleteQueue, DeleteQueueRequest};
use crate::Queues;

impl Handle<DeleteQueue> for Queues {
    async fn handle(&self, context: &RequestContext, input: DeleteQueueRequest) -> Result<(), AwsError> {
        let queue = name::queue(context, input.queue_url)?;
        Ok(self.delete(&queue).await?)
    }
}
