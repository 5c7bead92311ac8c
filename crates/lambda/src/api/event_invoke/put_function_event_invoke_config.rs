//! PutFunctionEventInvokeConfig: settings in place of those that there were.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::{describe, settings};
use crate::api::shapes::{
    FunctionEventInvokeConfig, PutFunctionEventInvokeConfig, PutFunctionEventInvokeConfigRequest,
};
use crate::api::{Lambda, error};

impl Handle<PutFunctionEventInvokeConfig> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: PutFunctionEventInvokeConfigRequest,
    ) -> Result<FunctionEventInvokeConfig, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), input.qualifier.as_deref());
        let target = target.map_err(error::event_invoke_function)?;
        let settings = settings(
            input.maximum_retry_attempts,
            input.maximum_event_age_in_seconds,
            input.destination_config,
        );
        let record = self.functions.put_event_invoke(&target, settings).await?;
        Ok(describe(&target.function, &record))
    }
}
