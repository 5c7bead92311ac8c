//! DeleteFunctionUrlConfig: an address that was deleted never comes back.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::target;
use crate::api::Lambda;
use crate::api::shapes::{DeleteFunctionUrlConfig, DeleteFunctionUrlConfigRequest};
use crate::function_url::FunctionUrlError;

impl Handle<DeleteFunctionUrlConfig> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: DeleteFunctionUrlConfigRequest,
    ) -> Result<(), AwsError> {
        let (name, qualifier) = (input.function_name.as_deref(), input.qualifier.as_deref());
        let target = target(context, name, qualifier, FunctionUrlError::NotFound)?;
        Ok(self.functions.delete_url(&target).await?)
    }
}
