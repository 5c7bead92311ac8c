//! DeleteFunction: a function and all that belongs to it.

use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::Lambda;
use crate::api::shapes::{DeleteFunction, DeleteFunctionRequest, DeleteFunctionResponse};

impl Handle<DeleteFunction> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: DeleteFunctionRequest,
    ) -> Result<DeleteFunctionResponse, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), input.qualifier.as_deref())?;
        self.functions.delete(&target).await?;
        Ok(DeleteFunctionResponse::default())
    }
}
