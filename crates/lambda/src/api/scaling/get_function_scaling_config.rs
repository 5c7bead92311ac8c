//! GetFunctionScalingConfig: refused for every function, as none is on a capacity provider.

use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::shapes::{
    GetFunctionScalingConfig, GetFunctionScalingConfigRequest, GetFunctionScalingConfigResponse,
};
use crate::api::{Lambda, error};

impl Handle<GetFunctionScalingConfig> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetFunctionScalingConfigRequest,
    ) -> Result<GetFunctionScalingConfigResponse, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), input.qualifier.as_deref())?;
        self.functions.existing(&target).await?;
        Err(error::no_capacity_provider())
    }
}
