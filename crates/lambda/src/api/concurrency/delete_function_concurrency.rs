//! DeleteFunctionConcurrency: gives back what is reserved for a function.

use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::Lambda;
use crate::api::shapes::{DeleteFunctionConcurrency, DeleteFunctionConcurrencyRequest};

impl Handle<DeleteFunctionConcurrency> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: DeleteFunctionConcurrencyRequest,
    ) -> Result<(), AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), None)?;
        Ok(self.functions.reserve(&target, None).await?)
    }
}
