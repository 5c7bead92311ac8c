//! GetResourcePolicy: as GetPolicy, of whatever the ARN names.

use hob_wire::{AwsError, Handle, RequestContext};

use super::put_resource_policy::target;
use crate::api::shapes::{GetResourcePolicy, GetResourcePolicyRequest, GetResourcePolicyResponse};
use crate::api::{Lambda, error};

impl Handle<GetResourcePolicy> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetResourcePolicyRequest,
    ) -> Result<GetResourcePolicyResponse, AwsError> {
        let target = target(context, input.resource_arn.as_deref())?;
        let found = self.functions.get_policy(&target).await.map_err(error::get_policy)?;
        Ok(GetResourcePolicyResponse {
            policy: Some(found.document),
            revision_id: Some(found.revision.to_string()),
        })
    }
}
