//! ListEventSourceMappings: an account's mappings in a region, by id, a page at a time; on request those of one
//! function, version or alias, and those of one source.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::describe;
use crate::api::shapes::{
    ListEventSourceMappings, ListEventSourceMappingsRequest, ListEventSourceMappingsResponse,
};
use crate::api::{Lambda, error, request};

const LIST: &str = "event-source-mappings";

impl Handle<ListEventSourceMappings> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListEventSourceMappingsRequest,
    ) -> Result<ListEventSourceMappingsResponse, AwsError> {
        let wanted = request::page(&self.markers, LIST, input.marker.as_deref(), input.max_items)?;
        let target = match input.function_name.as_deref() {
            Some(name) => Some(Self::target(context, Some(name), None)?),
            None => None,
        };
        let source = input.event_source_arn.as_deref();
        let page = self.mappings.list(&Self::owner(context), target.as_ref(), source, &wanted).await;
        let page = page.map_err(|error| error::storage(&error))?;
        Ok(ListEventSourceMappingsResponse {
            event_source_mappings: Some(page.items.iter().map(describe).collect()),
            next_marker: self.markers.write_next(LIST, page.next),
        })
    }
}
