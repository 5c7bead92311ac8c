//! GetFunctionConfiguration: the function without its package.

use hob_wire::{AwsError, Handle, RequestContext};

use super::Lambda;
use super::configuration::describe;
use super::shapes::{FunctionConfiguration, GetFunctionConfiguration, GetFunctionConfigurationRequest};

impl Handle<GetFunctionConfiguration> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetFunctionConfigurationRequest,
    ) -> Result<FunctionConfiguration, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), input.qualifier.as_deref())?;
        let function = self.functions.get_settled(&target).await?;
        Ok(describe(&function, target.qualifier.as_deref()))
    }
}
