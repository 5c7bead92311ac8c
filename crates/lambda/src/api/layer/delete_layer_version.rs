//! DeleteLayerVersion: a version that functions can no longer be given. Those that have it keep it.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::version;
use crate::api::Lambda;
use crate::api::shapes::{DeleteLayerVersion, DeleteLayerVersionRequest};

impl Handle<DeleteLayerVersion> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: DeleteLayerVersionRequest,
    ) -> Result<(), AwsError> {
        let arn = version(context, input.layer_name, input.version_number)?;
        Ok(self.functions.delete_layer_version(&context.account, &arn).await?)
    }
}
