//! DeleteFunctionEventInvokeConfig: back to what holds where nothing is set.

use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::shapes::{DeleteFunctionEventInvokeConfig, DeleteFunctionEventInvokeConfigRequest};
use crate::api::{Lambda, error};

impl Handle<DeleteFunctionEventInvokeConfig> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: DeleteFunctionEventInvokeConfigRequest,
    ) -> Result<(), AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), input.qualifier.as_deref());
        let target = target.map_err(error::event_invoke_config)?;
        Ok(self.functions.delete_event_invoke(&target).await?)
    }
}
