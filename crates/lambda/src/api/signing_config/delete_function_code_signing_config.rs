//! DeleteFunctionCodeSigningConfig: a function takes anybody's packages again.

use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::Lambda;
use crate::api::shapes::{DeleteFunctionCodeSigningConfig, DeleteFunctionCodeSigningConfigRequest};

impl Handle<DeleteFunctionCodeSigningConfig> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: DeleteFunctionCodeSigningConfigRequest,
    ) -> Result<(), AwsError> {
        let function = Self::target(context, input.function_name.as_deref(), None)?.function;
        Ok(self.functions.attach_signing_config(&function, None).await?)
    }
}
