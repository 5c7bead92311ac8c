//! PutFunctionScalingConfig: refused for every function, as none is on a capacity provider.

use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::shapes::{
    PutFunctionScalingConfig, PutFunctionScalingConfigRequest, PutFunctionScalingConfigResponse,
};
use crate::api::{Lambda, error};

impl Handle<PutFunctionScalingConfig> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: PutFunctionScalingConfigRequest,
    ) -> Result<PutFunctionScalingConfigResponse, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), input.qualifier.as_deref())?;
        self.functions.existing(&target).await?;
        Err(error::no_capacity_provider())
    }
}
