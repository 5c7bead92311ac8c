//! DeleteResourcePolicy: the whole policy.

use hob_wire::{AwsError, Handle, RequestContext};

use super::put_resource_policy::target;
use crate::api::shapes::{DeleteResourcePolicy, DeleteResourcePolicyRequest};
use crate::api::{Lambda, error};

impl Handle<DeleteResourcePolicy> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: DeleteResourcePolicyRequest,
    ) -> Result<(), AwsError> {
        let target = target(context, input.resource_arn.as_deref())?;
        let deleted = self.functions.delete_policy(&target, input.revision_id.as_deref()).await;
        deleted.map_err(error::delete_resource_policy)
    }
}
