use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{RemovePermission, RemovePermissionRequest};
use crate::Queues;

impl Handle<RemovePermission> for Queues {
    async fn handle(&self, context: &RequestContext, input: RemovePermissionRequest) -> Result<(), AwsError> {
        let queue = name::queue(context, input.queue_url)?;
        Ok(self.remove_permission(&queue, &input.label.unwrap_or_default()).await?)
    }
}
