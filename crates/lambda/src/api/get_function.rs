//! GetFunction: the function and where its package can be fetched.

use hob_wire::{AwsError, Handle, RequestContext};

use super::Lambda;
use super::configuration::describe;
use super::shapes::{
    Concurrency, FunctionCodeLocation, GetFunction, GetFunctionRequest, GetFunctionResponse,
};

impl Handle<GetFunction> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetFunctionRequest,
    ) -> Result<GetFunctionResponse, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), input.qualifier.as_deref())?;
        let function = self.functions.get_settled(&target).await?;
        let reserved = self.functions.reserved_by(&function.arn).await?;
        let location = self.code_urls.write(&context.base_url, function.code.sha256);
        Ok(GetFunctionResponse {
            configuration: Some(describe(&function, target.qualifier.as_deref())),
            code: Some(FunctionCodeLocation {
                repository_type: Some("S3".to_owned()),
                location: Some(location),
                ..Default::default()
            }),
            concurrency: reserved
                .map(|reserved| Concurrency { reserved_concurrent_executions: Some(reserved.cast_signed()) }),
            tags: Some(function.tags).filter(|tags| !tags.is_empty()),
            ..Default::default()
        })
    }
}
