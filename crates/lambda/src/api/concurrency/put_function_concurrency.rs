//! PutFunctionConcurrency: reserves concurrency for a function.

use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::shapes::{Concurrency, PutFunctionConcurrency, PutFunctionConcurrencyRequest};
use crate::api::{Lambda, error};

impl Handle<PutFunctionConcurrency> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: PutFunctionConcurrencyRequest,
    ) -> Result<Concurrency, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), None);
        let target = target.map_err(error::latest_target)?;
        // The model admits no negative number.
        let reserved = input.reserved_concurrent_executions.and_then(|reserved| u32::try_from(reserved).ok());
        let done = self.functions.reserve(&target, Some(reserved.unwrap_or_default())).await;
        done.map_err(error::put_concurrency)?;
        Ok(Concurrency { reserved_concurrent_executions: input.reserved_concurrent_executions })
    }
}
