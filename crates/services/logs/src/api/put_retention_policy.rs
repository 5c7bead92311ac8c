use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{PutRetentionPolicy, PutRetentionPolicyRequest};
use crate::Logs;

impl Handle<PutRetentionPolicy> for Logs {
    async fn handle(
        &self,
        context: &RequestContext,
        input: PutRetentionPolicyRequest,
    ) -> Result<(), AwsError> {
        Ok(self.set_retention(&name::group(context, input.log_group_name), input.retention_in_days).await?)
    }
}
