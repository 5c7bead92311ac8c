//! GetFunctionUrlConfig: the address of `$LATEST` or of an alias, and who may use it how.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::{describe, target};
use crate::api::Lambda;
use crate::api::shapes::{GetFunctionUrlConfig, GetFunctionUrlConfigRequest, GetFunctionUrlConfigResponse};
use crate::function_url::FunctionUrlError;

impl Handle<GetFunctionUrlConfig> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetFunctionUrlConfigRequest,
    ) -> Result<GetFunctionUrlConfigResponse, AwsError> {
        let (name, qualifier) = (input.function_name.as_deref(), input.qualifier.as_deref());
        let target = target(context, name, qualifier, FunctionUrlError::NotFound)?;
        let url = describe(&target.function, &self.functions.get_url(&target).await?);
        Ok(GetFunctionUrlConfigResponse {
            function_url: url.function_url,
            function_arn: url.function_arn,
            auth_type: url.auth_type,
            cors: url.cors,
            creation_time: url.creation_time,
            last_modified_time: url.last_modified_time,
            invoke_mode: url.invoke_mode,
        })
    }
}
