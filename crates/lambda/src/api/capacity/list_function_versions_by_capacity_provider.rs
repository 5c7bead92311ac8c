//! ListFunctionVersionsByCapacityProvider: none, for functions that ask for a capacity provider are refused.

use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::shapes::{
    ListFunctionVersionsByCapacityProvider, ListFunctionVersionsByCapacityProviderRequest,
    ListFunctionVersionsByCapacityProviderResponse,
};
use crate::api::{Lambda, request};
use crate::capacity::CapacityProvider;

const LIST: &str = "capacity-provider-versions";

impl Handle<ListFunctionVersionsByCapacityProvider> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListFunctionVersionsByCapacityProviderRequest,
    ) -> Result<ListFunctionVersionsByCapacityProviderResponse, AwsError> {
        request::page(&self.markers, LIST, input.marker.as_deref(), input.max_items)?;
        let given = input.capacity_provider_name.unwrap_or_default();
        let provider = CapacityProvider::resolve(&Self::owner(context), &given)?;
        self.functions.capacity_provider(&provider).await?;
        Ok(ListFunctionVersionsByCapacityProviderResponse {
            capacity_provider_arn: Some(provider.to_string()),
            function_versions: Some(Vec::new()),
            next_marker: None,
        })
    }
}
