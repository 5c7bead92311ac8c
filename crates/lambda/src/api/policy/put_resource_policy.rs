//! PutResourcePolicy: a whole policy in place of the one that there is.

use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::shapes::{PutResourcePolicy, PutResourcePolicyRequest, PutResourcePolicyResponse};
use crate::api::{Lambda, error};
use crate::function::Target;

impl Handle<PutResourcePolicy> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: PutResourcePolicyRequest,
    ) -> Result<PutResourcePolicyResponse, AwsError> {
        let target = target(context, input.resource_arn.as_deref())?;
        let policy = input.policy.unwrap_or_default();
        let put = self.functions.put_policy(&target, &policy, input.revision_id.as_deref()).await?;
        Ok(PutResourcePolicyResponse {
            policy: Some(put.document),
            revision_id: Some(put.revision.to_string()),
        })
    }
}

/// The model's pattern holds: it is the ARN of a function, version or alias, or of a runtime, which has no policy.
pub(super) fn target(context: &RequestContext, arn: Option<&str>) -> Result<Target, AwsError> {
    let arn = arn.unwrap_or_default();
    if arn.split(':').nth(5) == Some("function") {
        Ok(Lambda::target(context, Some(arn), None)?)
    } else {
        Err(error::no_such_resource())
    }
}
