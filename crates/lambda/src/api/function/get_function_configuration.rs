//! GetFunctionConfiguration: the function without its package.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::describe;
use crate::api::Lambda;
use crate::api::shapes::{FunctionConfiguration, GetFunctionConfiguration, GetFunctionConfigurationRequest};

impl Handle<GetFunctionConfiguration> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetFunctionConfigurationRequest,
    ) -> Result<FunctionConfiguration, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), input.qualifier.as_deref())?;
        let found = self.functions.get_settled(&target).await?;
        Ok(describe(&found.description(), target.qualifier.as_deref()))
    }
}
