use bytes::Bytes;
use hob_invoke::trace_header;
use hob_storage::{NewEvent, StorageError};
use hob_types::RequestId;

use super::events::Events;
use crate::function::{InvokeFunctionError, Target};

/// The largest event, in bytes. Source: Lambda quotas.
pub(crate) const EVENT_SIZE_MAX: usize = 1 << 20;

/// An event that a caller wants a function to run for.
#[derive(Debug)]
pub(crate) struct AcceptEvent {
    pub(crate) request_id: RequestId,
    pub(crate) payload: Bytes,
    pub(crate) trace_header: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum AcceptEventError {
    #[error("the event has {size} bytes")]
    TooLarge { size: usize },
    #[error(transparent)]
    Invoke(#[from] InvokeFunctionError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Events {
    /// Takes an event as its caller gives it, for a function that could run now. It is on disk when this returns, with
    /// the trace header that all of its attempts begin with.
    pub(crate) async fn accept(
        &self,
        target: &Target,
        event: AcceptEvent,
    ) -> Result<String, AcceptEventError> {
        check_size(&event.payload)?;
        self.functions.check_invoke(target, &event.payload).await?;
        Ok(self.store_event(target, event).await?)
    }

    /// The caller knows that the target exists and the payload is JSON.
    pub(super) async fn store_event(
        &self,
        target: &Target,
        event: AcceptEvent,
    ) -> Result<String, StorageError> {
        let accepted = self.functions.clock.now();
        let trace_header = trace_header(event.trace_header.as_deref(), accepted, &*self.functions.random);
        let payload = if event.payload.is_empty() { Bytes::from_static(b"{}") } else { event.payload };
        let event = NewEvent {
            function: target.function.clone(),
            qualifier: target.qualifier.as_deref().and_then(|qualifier| qualifier.parse().ok()),
            request_id: event.request_id,
            payload,
            trace_header: trace_header.clone(),
            accepted,
        };
        self.store.accept(event).await?;
        self.arrivals.tell(&target.function);
        Ok(trace_header)
    }
}

pub(super) fn check_size(payload: &Bytes) -> Result<(), AcceptEventError> {
    match payload.len() {
        0..=EVENT_SIZE_MAX => Ok(()),
        size => Err(AcceptEventError::TooLarge { size }),
    }
}
