//! UpdateFunctionUrlConfig: who may use an address how. What is not given stays as it is.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::{auth_type, cors, describe, invoke_mode, target};
use crate::api::Lambda;
use crate::api::shapes::{
    UpdateFunctionUrlConfig, UpdateFunctionUrlConfigRequest, UpdateFunctionUrlConfigResponse,
};
use crate::function_url::{FunctionUrlChange, FunctionUrlError};

impl Handle<UpdateFunctionUrlConfig> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: UpdateFunctionUrlConfigRequest,
    ) -> Result<UpdateFunctionUrlConfigResponse, AwsError> {
        let (name, qualifier) = (input.function_name.as_deref(), input.qualifier.as_deref());
        let target = target(context, name, qualifier, FunctionUrlError::NotFound)?;
        let change = FunctionUrlChange {
            auth_type: input.auth_type.as_deref().map(auth_type),
            cors: input.cors.map(cors),
            invoke_mode: input.invoke_mode.as_deref().map(invoke_mode),
        };
        let url = describe(&target.function, &self.functions.update_url(&target, change).await?);
        Ok(UpdateFunctionUrlConfigResponse {
            function_url: url.function_url,
            function_arn: url.function_arn,
            auth_type: url.auth_type,
            cors: url.cors,
            creation_time: url.creation_time,
            last_modified_time: url.last_modified_time,
            // Only if it was given (recorded).
            invoke_mode: input.invoke_mode,
        })
    }
}
