//! GetLayerVersionPolicy: who may read a layer's version besides its owner.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::version;
use crate::api::Lambda;
use crate::api::shapes::{
    GetLayerVersionPolicy, GetLayerVersionPolicyRequest, GetLayerVersionPolicyResponse,
};

impl Handle<GetLayerVersionPolicy> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetLayerVersionPolicyRequest,
    ) -> Result<GetLayerVersionPolicyResponse, AwsError> {
        let arn = version(context, input.layer_name, input.version_number)?;
        let policy = self.functions.layer_policy(&context.account, &arn).await?;
        Ok(GetLayerVersionPolicyResponse {
            policy: Some(policy.document),
            revision_id: Some(policy.revision.to_string()),
        })
    }
}
