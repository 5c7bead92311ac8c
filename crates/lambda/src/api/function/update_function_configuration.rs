//! UpdateFunctionConfiguration: all of a function but its package. What is not given stays as it is.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::describe;
use super::unserved;
use crate::api::shapes::{
    FunctionConfiguration, UpdateFunctionConfiguration, UpdateFunctionConfigurationRequest,
};
use crate::api::{Lambda, request};
use crate::function::ConfigurationChange;

impl Handle<UpdateFunctionConfiguration> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: UpdateFunctionConfigurationRequest,
    ) -> Result<FunctionConfiguration, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), None)?;
        unserved::check_update_configuration(&input)?;
        let change = ConfigurationChange {
            runtime: input.runtime,
            handler: input.handler,
            role: input.role,
            description: input.description,
            memory: request::memory(input.memory_size)?,
            timeout: request::timeout(input.timeout)?,
            ephemeral_storage: request::ephemeral_storage(input.ephemeral_storage)?,
            environment: request::variables(input.environment),
            log_group: request::log_group(input.logging_config),
        };
        let (layers, expected) = (input.layers.as_deref(), input.revision_id.as_deref());
        let updated = self.functions.update_configuration(&target, change, layers, expected).await?;
        Ok(describe(&updated.description(), target.qualifier.as_deref()))
    }
}
