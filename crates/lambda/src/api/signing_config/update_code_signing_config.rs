//! UpdateCodeSigningConfig: changes what is given, for packages that are deployed from now on.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::{describe, owner, publishers, untrusted_artifact};
use crate::api::Lambda;
use crate::api::shapes::{
    UpdateCodeSigningConfig, UpdateCodeSigningConfigRequest, UpdateCodeSigningConfigResponse,
};
use crate::signing_config::CodeSigningConfigChange;

impl Handle<UpdateCodeSigningConfig> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: UpdateCodeSigningConfigRequest,
    ) -> Result<UpdateCodeSigningConfigResponse, AwsError> {
        let owner = owner(context);
        let arn = input.code_signing_config_arn.unwrap_or_default();
        let change = CodeSigningConfigChange {
            description: input.description,
            allowed_publishers: publishers(input.allowed_publishers),
            untrusted_artifact: untrusted_artifact(input.code_signing_policies.as_ref()),
        };
        let updated = self.functions.update_signing_config(&owner, &arn, &change).await?;
        Ok(UpdateCodeSigningConfigResponse { code_signing_config: Some(describe(&owner, &updated)) })
    }
}
