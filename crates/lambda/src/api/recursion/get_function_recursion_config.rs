//! GetFunctionRecursionConfig: whether a function's events may go round in a circle.

use hob_storage::RecursiveLoop;
use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::Lambda;
use crate::api::shapes::{
    GetFunctionRecursionConfig, GetFunctionRecursionConfigRequest, GetFunctionRecursionConfigResponse,
};

impl Handle<GetFunctionRecursionConfig> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetFunctionRecursionConfigRequest,
    ) -> Result<GetFunctionRecursionConfigResponse, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), None)?;
        let recursive_loop = match self.functions.get_latest(&target).await?.recursive_loop {
            RecursiveLoop::Allow => "Allow",
            RecursiveLoop::Terminate => "Terminate",
        };
        Ok(GetFunctionRecursionConfigResponse { recursive_loop: Some(recursive_loop.to_owned()) })
    }
}
