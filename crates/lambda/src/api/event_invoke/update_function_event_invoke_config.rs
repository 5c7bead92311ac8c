//! UpdateFunctionEventInvokeConfig: what is not given stays as it is.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::{describe, settings};
use crate::api::shapes::{
    FunctionEventInvokeConfig, UpdateFunctionEventInvokeConfig, UpdateFunctionEventInvokeConfigRequest,
};
use crate::api::{Lambda, error};

impl Handle<UpdateFunctionEventInvokeConfig> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: UpdateFunctionEventInvokeConfigRequest,
    ) -> Result<FunctionEventInvokeConfig, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), input.qualifier.as_deref());
        let target = target.map_err(error::event_invoke_function)?;
        let settings = settings(
            input.maximum_retry_attempts,
            input.maximum_event_age_in_seconds,
            input.destination_config,
        );
        let record = self.functions.update_event_invoke(&target, settings).await?;
        Ok(describe(&target.function, &record))
    }
}
