//! GetPolicy: what AddPermission has added, or PutResourcePolicy put.

use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::shapes::{GetPolicy, GetPolicyRequest, GetPolicyResponse};
use crate::api::{Lambda, error};

impl Handle<GetPolicy> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetPolicyRequest,
    ) -> Result<GetPolicyResponse, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), input.qualifier.as_deref())?;
        let found = self.functions.get_policy(&target).await.map_err(error::get_policy)?;
        Ok(GetPolicyResponse { policy: Some(found.document), revision_id: Some(found.revision.to_string()) })
    }
}
