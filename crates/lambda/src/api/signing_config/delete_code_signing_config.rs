//! DeleteCodeSigningConfig: a configuration that no function uses.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::owner;
use crate::api::Lambda;
use crate::api::shapes::{
    DeleteCodeSigningConfig, DeleteCodeSigningConfigRequest, DeleteCodeSigningConfigResponse,
};

impl Handle<DeleteCodeSigningConfig> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: DeleteCodeSigningConfigRequest,
    ) -> Result<DeleteCodeSigningConfigResponse, AwsError> {
        let arn = input.code_signing_config_arn.unwrap_or_default();
        self.functions.delete_signing_config(&owner(context), &arn).await?;
        Ok(DeleteCodeSigningConfigResponse::default())
    }
}
