//! DeleteCapacityProvider: nothing runs on it, so it is gone at once.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::{DELETING, describe};
use crate::api::Lambda;
use crate::api::shapes::{
    DeleteCapacityProvider, DeleteCapacityProviderRequest, DeleteCapacityProviderResponse,
};
use crate::capacity::CapacityProvider;

impl Handle<DeleteCapacityProvider> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: DeleteCapacityProviderRequest,
    ) -> Result<DeleteCapacityProviderResponse, AwsError> {
        let given = input.capacity_provider_name.unwrap_or_default();
        let provider = CapacityProvider::resolve(&Self::owner(context), &given)?;
        let deleted = self.functions.delete_capacity_provider(&provider).await?;
        Ok(DeleteCapacityProviderResponse {
            capacity_provider: Some(describe(&provider, &deleted, DELETING)),
        })
    }
}
