use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{RemovePermission, RemovePermissionInput};
use crate::Sns;

impl Handle<RemovePermission> for Sns {
    async fn handle(&self, context: &RequestContext, input: RemovePermissionInput) -> Result<(), AwsError> {
        let topic = name::topic(context, "RemovePermission", &input.topic_arn.unwrap_or_default())?;
        Ok(self.remove_permission(&topic, &input.label.unwrap_or_default()).await?)
    }
}
