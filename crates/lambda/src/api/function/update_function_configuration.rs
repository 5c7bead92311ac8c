//! UpdateFunctionConfiguration: all of a function but its package. What is not given stays as it is.

use hob_wire::{AwsError, Handle, RequestContext};

use super::change::configuration_change;
use super::configuration::describe;
use super::unserved;
use crate::api::Lambda;
use crate::api::shapes::{
    FunctionConfiguration, UpdateFunctionConfiguration, UpdateFunctionConfigurationRequest,
};

impl Handle<UpdateFunctionConfiguration> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: UpdateFunctionConfigurationRequest,
    ) -> Result<FunctionConfiguration, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), None)?;
        self.functions.check_updatable(&target, input.revision_id.as_deref()).await?;
        unserved::check_update_configuration(&input)?;
        let (layers, expected) = (input.layers, input.revision_id);
        let change = configuration_change!(input, role: input.role);
        let updated = self
            .functions
            .update_configuration(&target, change, layers.as_deref(), expected.as_deref())
            .await?;
        Ok(describe(&updated.description(), target.qualifier.as_deref()))
    }
}
