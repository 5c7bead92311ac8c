//! GetLayerVersionByArn: as GetLayerVersion, of the version that a whole ARN names.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::describe;
use crate::api::Lambda;
use crate::api::shapes::{GetLayerVersionByArn, GetLayerVersionByArnRequest, GetLayerVersionResponse};
use crate::layer::LayerVersionArn;

impl Handle<GetLayerVersionByArn> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetLayerVersionByArnRequest,
    ) -> Result<GetLayerVersionResponse, AwsError> {
        let arn = LayerVersionArn::resolve(&context.region, &input.arn.unwrap_or_default())?;
        let version = self.functions.get_layer_version(&context.account, &arn).await?;
        Ok(describe(self, context, &arn.layer, version))
    }
}
