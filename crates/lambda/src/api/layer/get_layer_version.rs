//! GetLayerVersion: what a layer's version is, and where its package can be fetched.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::{describe, version};
use crate::api::Lambda;
use crate::api::shapes::{GetLayerVersion, GetLayerVersionRequest, GetLayerVersionResponse};

impl Handle<GetLayerVersion> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetLayerVersionRequest,
    ) -> Result<GetLayerVersionResponse, AwsError> {
        let arn = version(context, input.layer_name, input.version_number)?;
        let version = self.functions.get_layer_version(&context.account, &arn).await?;
        Ok(describe(self, context, &arn.layer, version))
    }
}
