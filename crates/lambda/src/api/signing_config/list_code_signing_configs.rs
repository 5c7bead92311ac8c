//! ListCodeSigningConfigs: an account's configurations in a region, a page at a time.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::{describe, owner};
use crate::api::shapes::{
    ListCodeSigningConfigs, ListCodeSigningConfigsRequest, ListCodeSigningConfigsResponse,
};
use crate::api::{Lambda, error, request};

const LIST: &str = "code-signing-configs";

impl Handle<ListCodeSigningConfigs> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListCodeSigningConfigsRequest,
    ) -> Result<ListCodeSigningConfigsResponse, AwsError> {
        let owner = owner(context);
        let wanted = request::page(&self.markers, LIST, input.marker.as_deref(), input.max_items)?;
        let page = self.functions.list_signing_configs(&owner, &wanted).await;
        let page = page.map_err(|error| error::storage(&error))?;
        let configs = page.items.iter().map(|config| describe(&owner, config)).collect();
        Ok(ListCodeSigningConfigsResponse {
            code_signing_configs: Some(configs),
            next_marker: self.markers.write_next(LIST, page.next),
        })
    }
}
