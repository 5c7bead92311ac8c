//! GetCodeSigningConfig: one configuration.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::{describe, owner};
use crate::api::Lambda;
use crate::api::shapes::{GetCodeSigningConfig, GetCodeSigningConfigRequest, GetCodeSigningConfigResponse};

impl Handle<GetCodeSigningConfig> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetCodeSigningConfigRequest,
    ) -> Result<GetCodeSigningConfigResponse, AwsError> {
        let owner = owner(context);
        let arn = input.code_signing_config_arn.unwrap_or_default();
        let found = self.functions.get_signing_config(&owner, &arn).await?;
        Ok(GetCodeSigningConfigResponse { code_signing_config: Some(describe(&owner, &found)) })
    }
}
