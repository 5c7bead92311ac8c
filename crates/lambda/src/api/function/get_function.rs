//! GetFunction: the function and where its package can be fetched.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::describe;
use crate::api::Lambda;
use crate::api::shapes::{
    Concurrency, FunctionCodeLocation, GetFunction, GetFunctionRequest, GetFunctionResponse,
};

impl Handle<GetFunction> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetFunctionRequest,
    ) -> Result<GetFunctionResponse, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), input.qualifier.as_deref())?;
        let found = self.functions.get_settled(&target).await?;
        let description = found.description();
        let location = self.code_urls.write(&context.base_url, description.code.sha256);
        let function = &found.function;
        Ok(GetFunctionResponse {
            configuration: Some(describe(&description, target.qualifier.as_deref())),
            code: Some(FunctionCodeLocation {
                repository_type: Some("S3".to_owned()),
                location: Some(location),
                ..Default::default()
            }),
            concurrency: function
                .reserved_concurrency
                .map(|reserved| Concurrency { reserved_concurrent_executions: Some(reserved.cast_signed()) }),
            tags: Some(function.tags.clone()).filter(|tags| !tags.is_empty()),
            ..Default::default()
        })
    }
}
