//! Functions, as the services around them see them.

use async_trait::async_trait;
use hob_delivery::{
    DeliveryError, FunctionAnswer, FunctionCall, FunctionCallError, FunctionEvent, FunctionService, Origin,
};
use hob_invoke::InvokeError;
use hob_storage::StorageError;
use hob_types::{InvocationSource, QualifiedFunctionArn, RequestId};

use super::accept::{AcceptEvent, check_size};
use super::events::Events;
use crate::function::{InvokeFunction, InvokeFunctionError, Target, check_json};

#[async_trait]
impl FunctionService for Events {
    async fn permits(&self, function: &QualifiedFunctionArn, origin: &Origin) -> Result<bool, DeliveryError> {
        Ok(self.functions.permits(function, origin).await.map_err(unavailable)?)
    }

    async fn send(&self, function: &QualifiedFunctionArn, event: FunctionEvent) -> Result<(), DeliveryError> {
        let target = Target::from(function);
        if self.functions.find(&target).await.map_err(unavailable)?.is_none() {
            return Err(DeliveryError::NoTarget(function.to_string()));
        }
        if let Some(origin) = &event.origin
            && !self.permits(function, origin).await?
        {
            return Err(DeliveryError::Refused(format!("{function} does not permit it")));
        }
        check_size(&event.payload).map_err(refused)?;
        check_json(&event.payload).map_err(refused)?;
        let event = AcceptEvent {
            request_id: RequestId::random(&*self.functions.random),
            payload: event.payload,
            trace_header: event.trace_header,
        };
        self.store_event(&target, event).await.map_err(unavailable)?;
        Ok(())
    }

    async fn call(
        &self,
        function: &QualifiedFunctionArn,
        call: FunctionCall,
    ) -> Result<FunctionAnswer, FunctionCallError> {
        let invoke = InvokeFunction {
            request_id: RequestId::random(&*self.functions.random),
            source: InvocationSource::EventSourceMapping,
            payload: call.payload,
            client_context: None,
            trace_header: call.trace_header,
            log_tail: false,
        };
        let (_, result) = self.functions.invoke(&function.into(), invoke).await.map_err(call_error)?;
        Ok(FunctionAnswer { payload: result.payload, failed: result.function_error })
    }
}

fn unavailable(error: StorageError) -> DeliveryError {
    DeliveryError::Unavailable(error.to_string())
}

fn refused(error: impl std::error::Error) -> DeliveryError {
    DeliveryError::Refused(error.to_string())
}

fn call_error(error: InvokeFunctionError) -> FunctionCallError {
    match error {
        InvokeFunctionError::NotFound(_) => FunctionCallError::NoFunction,
        InvokeFunctionError::Recursive => FunctionCallError::Recursive,
        InvokeFunctionError::Invoke(InvokeError::Throttled(_)) => FunctionCallError::Throttled,
        error => FunctionCallError::Unavailable(error.to_string()),
    }
}
