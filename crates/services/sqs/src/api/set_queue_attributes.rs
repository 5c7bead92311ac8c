use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{SetQueueAttributes, SetQueueAttributesRequest};
use crate::Queues;

impl Handle<SetQueueAttributes> for Queues {
    async fn handle(
        &self,
        context: &RequestContext,
        input: SetQueueAttributesRequest,
    ) -> Result<(), AwsError> {
        let queue = name::queue(context, input.queue_url)?;
        Ok(self.set_attributes(&queue, &input.attributes.unwrap_or_default()).await?)
    }
}
