//! ListLayers: an account's layers in a region, each by its newest version that matches, a page at a time.

use hob_storage::Owner;
use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::list_item;
use crate::api::shapes::{ListLayers, ListLayersRequest, ListLayersResponse};
use crate::api::{Lambda, error, request};
use crate::layer::{CompatibleWith, LayerArn};

const LIST: &str = "layers";

impl Handle<ListLayers> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListLayersRequest,
    ) -> Result<ListLayersResponse, AwsError> {
        let wanted = request::page(&self.markers, LIST, input.marker.as_deref(), input.max_items)?;
        let compatible =
            CompatibleWith { runtime: input.compatible_runtime, architecture: input.compatible_architecture };
        let owner = Owner::new(&context.account, &context.region);
        let page = self.functions.list_layers(&owner, &compatible, &wanted).await;
        let page = page.map_err(|error| error::storage(&error))?;
        let layers =
            page.items.into_iter().map(|version| list_item(&LayerArn::of(&owner, &version.layer), version));
        Ok(ListLayersResponse {
            next_marker: self.markers.write_next(LIST, page.next),
            layers: Some(layers.collect()),
        })
    }
}
