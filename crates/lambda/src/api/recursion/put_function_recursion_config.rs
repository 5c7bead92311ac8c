//! PutFunctionRecursionConfig: whether a function's events may go round in a circle.

use hob_storage::RecursiveLoop;
use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::Lambda;
use crate::api::shapes::{
    PutFunctionRecursionConfig, PutFunctionRecursionConfigRequest, PutFunctionRecursionConfigResponse,
};

impl Handle<PutFunctionRecursionConfig> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: PutFunctionRecursionConfigRequest,
    ) -> Result<PutFunctionRecursionConfigResponse, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), None)?;
        // The model admits no other name than these two.
        let allowed = input.recursive_loop.as_deref() == Some("Allow");
        let recursive_loop = if allowed { RecursiveLoop::Allow } else { RecursiveLoop::Terminate };
        self.functions.put_recursive_loop(&target, recursive_loop).await?;
        Ok(PutFunctionRecursionConfigResponse { recursive_loop: input.recursive_loop })
    }
}
