use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{DeleteRetentionPolicy, DeleteRetentionPolicyRequest};
use crate::Logs;

impl Handle<DeleteRetentionPolicy> for Logs {
    async fn handle(
        &self,
        context: &RequestContext,
        input: DeleteRetentionPolicyRequest,
    ) -> Result<(), AwsError> {
        Ok(self.set_retention(&name::group(context, input.log_group_name), None).await?)
    }
}
