//! InvokeAsync: the deprecated way to have a function run for an event. No trace goes with it.

use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::shapes::{InvokeAsync, InvokeAsyncRequest, InvokeAsyncResponse};
use crate::api::{Lambda, error};
use crate::event::AcceptEvent;

impl Handle<InvokeAsync> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: InvokeAsyncRequest,
    ) -> Result<InvokeAsyncResponse, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), None);
        let target = target.map_err(error::latest_target)?;
        let payload = input.invoke_args.unwrap_or_default();
        let event = AcceptEvent { request_id: context.request_id, payload, trace_header: None };
        self.events.accept(&target, event).await?;
        Ok(InvokeAsyncResponse { status: Some(202) })
    }
}
