//! ListCapacityProviders: an account's capacity providers in a region, by name, a page at a time.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::{ACTIVE, describe};
use crate::api::shapes::{
    ListCapacityProviders, ListCapacityProvidersRequest, ListCapacityProvidersResponse,
};
use crate::api::{Lambda, error, request};
use crate::capacity::CapacityProvider;

const LIST: &str = "capacity-providers";

impl Handle<ListCapacityProviders> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListCapacityProvidersRequest,
    ) -> Result<ListCapacityProvidersResponse, AwsError> {
        let wanted = request::page(&self.markers, LIST, input.marker.as_deref(), input.max_items)?;
        if input.state.is_some_and(|state| state != ACTIVE) {
            return Ok(ListCapacityProvidersResponse {
                capacity_providers: Some(Vec::new()),
                next_marker: None,
            });
        }
        let owner = Self::owner(context);
        let page = self.functions.list_capacity_providers(&owner, &wanted).await;
        let page = page.map_err(|error| error::storage(&error))?;
        let described = page.items.iter().map(|record| {
            let provider = CapacityProvider::resolve(&owner, &record.name)?;
            Ok(describe(&provider, record, ACTIVE))
        });
        Ok(ListCapacityProvidersResponse {
            capacity_providers: Some(described.collect::<Result<_, AwsError>>()?),
            next_marker: self.markers.write_next(LIST, page.next),
        })
    }
}
