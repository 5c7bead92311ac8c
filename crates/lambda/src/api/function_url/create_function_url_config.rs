//! CreateFunctionUrlConfig: gives `$LATEST` or an alias an address of its own.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::{auth_type, cors, describe, invoke_mode, target};
use crate::api::Lambda;
use crate::api::shapes::{
    CreateFunctionUrlConfig, CreateFunctionUrlConfigRequest, CreateFunctionUrlConfigResponse,
};
use crate::function_url::{FunctionUrlChange, FunctionUrlError};

impl Handle<CreateFunctionUrlConfig> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: CreateFunctionUrlConfigRequest,
    ) -> Result<CreateFunctionUrlConfigResponse, AwsError> {
        let (name, qualifier) = (input.function_name.as_deref(), input.qualifier.as_deref());
        let target = target(context, name, qualifier, FunctionUrlError::NoFunction)?;
        let auth_type = auth_type(&input.auth_type.unwrap_or_default());
        let settings = FunctionUrlChange {
            auth_type: None,
            cors: input.cors.map(cors),
            invoke_mode: input.invoke_mode.as_deref().map(invoke_mode),
        };
        let created = self.functions.create_url(&target, auth_type, settings).await?;
        let url = describe(&target.function, &created);
        Ok(CreateFunctionUrlConfigResponse {
            function_url: url.function_url,
            function_arn: url.function_arn,
            auth_type: url.auth_type,
            cors: url.cors,
            creation_time: url.creation_time,
            // Only if it was given (recorded).
            invoke_mode: input.invoke_mode,
        })
    }
}
