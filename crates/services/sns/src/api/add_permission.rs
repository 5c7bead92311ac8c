use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{AddPermission, AddPermissionInput};
use crate::Sns;

impl Handle<AddPermission> for Sns {
    async fn handle(&self, context: &RequestContext, input: AddPermissionInput) -> Result<(), AwsError> {
        let topic = name::topic(context, "AddPermission", &input.topic_arn.unwrap_or_default())?;
        let label = input.label.unwrap_or_default();
        let accounts = input.aws_account_id.unwrap_or_default();
        let actions = input.action_name.unwrap_or_default();
        Ok(self.add_permission(&topic, &label, &accounts, &actions).await?)
    }
}
