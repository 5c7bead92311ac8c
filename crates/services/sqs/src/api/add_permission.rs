use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{AddPermission, AddPermissionRequest};
use crate::Queues;

impl Handle<AddPermission> for Queues {
    async fn handle(&self, context: &RequestContext, input: AddPermissionRequest) -> Result<(), AwsError> {
        let queue = name::queue(context, input.queue_url)?;
        let (label, accounts) = (input.label.unwrap_or_default(), input.aws_account_ids.unwrap_or_default());
        let actions = input.actions.unwrap_or_default();
        Ok(self.add_permission(&queue, &label, &accounts, &actions).await?)
    }
}
