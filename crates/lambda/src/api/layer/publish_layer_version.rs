//! PublishLayerVersion: a package as the next version of a layer.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::{describe, layer};
use crate::api::Lambda;
use crate::api::function::layer_source;
use crate::api::shapes::{PublishLayerVersion, PublishLayerVersionInput, PublishLayerVersionResponse};
use crate::layer;

impl Handle<PublishLayerVersion> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: PublishLayerVersionInput,
    ) -> Result<PublishLayerVersionResponse, AwsError> {
        let layer = layer(context, input.layer_name)?;
        let source = layer_source(input.content.unwrap_or_default())?;
        let publish = layer::PublishLayerVersion {
            layer: layer.clone(),
            source,
            description: input.description.unwrap_or_default(),
            compatible_runtimes: given(input.compatible_runtimes),
            compatible_architectures: given(input.compatible_architectures),
            license: input.license_info,
        };
        let version = self.functions.publish_layer_version(&context.account, publish).await?;
        let described = describe(self, context, &layer, version);
        Ok(PublishLayerVersionResponse {
            content: described.content,
            layer_arn: described.layer_arn,
            layer_version_arn: described.layer_version_arn,
            description: described.description,
            created_date: described.created_date,
            version: described.version,
            compatible_architectures: described.compatible_architectures,
            compatible_runtimes: described.compatible_runtimes,
            license_info: described.license_info,
        })
    }
}

/// An empty list says nothing.
fn given(list: Option<Vec<String>>) -> Option<Vec<String>> {
    list.filter(|list| !list.is_empty())
}
