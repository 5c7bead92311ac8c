//! GetFunctionEventInvokeConfig: what is set for a version or alias.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::describe;
use crate::api::shapes::{
    FunctionEventInvokeConfig, GetFunctionEventInvokeConfig, GetFunctionEventInvokeConfigRequest,
};
use crate::api::{Lambda, error};

impl Handle<GetFunctionEventInvokeConfig> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetFunctionEventInvokeConfigRequest,
    ) -> Result<FunctionEventInvokeConfig, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), input.qualifier.as_deref());
        let target = target.map_err(error::event_invoke_config)?;
        let record = self.functions.get_event_invoke(&target).await?;
        Ok(describe(&target.function, &record))
    }
}
