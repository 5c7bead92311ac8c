//! GetFunctionCodeSigningConfig: which configuration a function uses.

use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::Lambda;
use crate::api::shapes::{
    GetFunctionCodeSigningConfig, GetFunctionCodeSigningConfigRequest, GetFunctionCodeSigningConfigResponse,
};

impl Handle<GetFunctionCodeSigningConfig> for Lambda {
    /// Of a function that has none, AWS answers an empty object.
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetFunctionCodeSigningConfigRequest,
    ) -> Result<GetFunctionCodeSigningConfigResponse, AwsError> {
        let function = Self::target(context, input.function_name.as_deref(), None)?.function;
        let config = self.functions.attached_signing_config(&function).await?;
        Ok(GetFunctionCodeSigningConfigResponse {
            function_name: config.as_ref().map(|_| function.name.to_string()),
            code_signing_config_arn: config,
        })
    }
}
