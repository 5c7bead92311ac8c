//! GetCapacityProvider: how a capacity provider is described.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::{ACTIVE, describe};
use crate::api::Lambda;
use crate::api::shapes::{GetCapacityProvider, GetCapacityProviderRequest, GetCapacityProviderResponse};
use crate::capacity::CapacityProvider;

impl Handle<GetCapacityProvider> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetCapacityProviderRequest,
    ) -> Result<GetCapacityProviderResponse, AwsError> {
        let given = input.capacity_provider_name.unwrap_or_default();
        let provider = CapacityProvider::resolve(&Self::owner(context), &given)?;
        let found = self.functions.capacity_provider(&provider).await?.value;
        Ok(GetCapacityProviderResponse { capacity_provider: Some(describe(&provider, &found, ACTIVE)) })
    }
}
