//! PutFunctionCodeSigningConfig: whose packages a function takes from now on.

use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::Lambda;
use crate::api::shapes::{
    PutFunctionCodeSigningConfig, PutFunctionCodeSigningConfigRequest, PutFunctionCodeSigningConfigResponse,
};

impl Handle<PutFunctionCodeSigningConfig> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: PutFunctionCodeSigningConfigRequest,
    ) -> Result<PutFunctionCodeSigningConfigResponse, AwsError> {
        let function = Self::target(context, input.function_name.as_deref(), None)?.function;
        let arn = input.code_signing_config_arn;
        self.functions.attach_signing_config(&function, arn.as_deref()).await?;
        Ok(PutFunctionCodeSigningConfigResponse {
            code_signing_config_arn: arn,
            function_name: Some(function.name.to_string()),
        })
    }
}
