//! GetFunctionConcurrency: what is reserved for a function; nothing is `{}`.

use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::Lambda;
use crate::api::shapes::{
    GetFunctionConcurrency, GetFunctionConcurrencyRequest, GetFunctionConcurrencyResponse,
};

impl Handle<GetFunctionConcurrency> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetFunctionConcurrencyRequest,
    ) -> Result<GetFunctionConcurrencyResponse, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), None)?;
        let reserved = self.functions.reserved(&target).await?;
        Ok(GetFunctionConcurrencyResponse { reserved_concurrent_executions: reserved.map(u32::cast_signed) })
    }
}
