use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{DeleteMessage, DeleteMessageRequest};
use crate::Queues;

impl Handle<DeleteMessage> for Queues {
    async fn handle(&self, context: &RequestContext, input: DeleteMessageRequest) -> Result<(), AwsError> {
        let queue = name::queue(context, input.queue_url)?;
        let deleted = self.delete_messages(&queue, &[input.receipt_handle.unwrap_or_default()]).await?;
        deleted.into_iter().try_for_each(|deleted| Ok(deleted?))
    }
}
