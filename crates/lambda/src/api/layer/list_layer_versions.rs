//! ListLayerVersions: those of a layer's versions that match, the newest first, a page at a time.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::{layer, summarize};
use crate::api::shapes::{ListLayerVersions, ListLayerVersionsRequest, ListLayerVersionsResponse};
use crate::api::{Lambda, request};
use crate::layer::CompatibleWith;

const LIST: &str = "layer versions";

impl Handle<ListLayerVersions> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListLayerVersionsRequest,
    ) -> Result<ListLayerVersionsResponse, AwsError> {
        let layer = layer(context, input.layer_name)?;
        let wanted = request::page(&self.markers, LIST, input.marker.as_deref(), input.max_items)?;
        let compatible =
            CompatibleWith { runtime: input.compatible_runtime, architecture: input.compatible_architecture };
        let page = self.functions.list_layer_versions(&context.account, &layer, &compatible, &wanted).await?;
        let versions = page.items.into_iter().map(|version| summarize(&layer, version));
        Ok(ListLayerVersionsResponse {
            next_marker: self.markers.write_next(LIST, page.next),
            layer_versions: Some(versions.collect()),
        })
    }
}
