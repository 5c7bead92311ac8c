//! A layer's version as AWS describes it, and as callers name one.

use hob_storage::LayerVersionRecord;
use hob_wire::RequestContext;

use crate::api::Lambda;
use crate::api::shapes::{
    GetLayerVersionResponse, LayerVersionContentOutput, LayerVersionsListItem, LayersListItem,
};
use crate::layer::{LayerArn, LayerArnError, LayerVersionArn};

/// `name` is what AWS calls `LayerName`: a name or an ARN.
pub(super) fn layer(context: &RequestContext, name: Option<String>) -> Result<LayerArn, LayerArnError> {
    LayerArn::resolve(&context.region, &context.account, &name.unwrap_or_default())
}

pub(super) fn version(
    context: &RequestContext,
    name: Option<String>,
    number: Option<i64>,
) -> Result<LayerVersionArn, LayerArnError> {
    layer(context, name)?.version(number.unwrap_or_default())
}

/// With a URL where the version's package can be fetched.
pub(super) fn describe(
    lambda: &Lambda,
    context: &RequestContext,
    layer: &LayerArn,
    version: LayerVersionRecord,
) -> GetLayerVersionResponse {
    let code = &version.code;
    let content = LayerVersionContentOutput {
        location: Some(lambda.code_urls.write(&context.base_url, code.sha256)),
        code_sha256: Some(code.sha256.to_base64()),
        code_size: Some(code.size.cast_signed()),
        ..Default::default()
    };
    let item = summarize(layer, version);
    GetLayerVersionResponse {
        content: Some(content),
        layer_arn: Some(layer.to_string()),
        layer_version_arn: item.layer_version_arn,
        description: item.description,
        created_date: item.created_date,
        version: item.version,
        compatible_architectures: item.compatible_architectures,
        compatible_runtimes: item.compatible_runtimes,
        license_info: item.license_info,
    }
}

/// What lists show.
pub(super) fn summarize(layer: &LayerArn, version: LayerVersionRecord) -> LayerVersionsListItem {
    LayerVersionsListItem {
        layer_version_arn: Some(format!("{layer}:{}", version.version)),
        version: Some(version.version.cast_signed()),
        description: Some(version.description),
        created_date: Some(version.created.to_lambda_string()),
        compatible_architectures: version.compatible_architectures,
        compatible_runtimes: version.compatible_runtimes,
        license_info: version.license,
    }
}

/// A layer, by one of its versions.
pub(super) fn list_item(layer: &LayerArn, version: LayerVersionRecord) -> LayersListItem {
    LayersListItem {
        layer_name: Some(layer.name.clone()),
        layer_arn: Some(layer.to_string()),
        latest_matching_version: Some(summarize(layer, version)),
    }
}
