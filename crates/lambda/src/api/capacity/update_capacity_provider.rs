//! UpdateCapacityProvider: other scaling, propagated tags or logging.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::{ACTIVE, describe};
use super::request;
use crate::api::Lambda;
use crate::api::shapes::{
    UpdateCapacityProvider, UpdateCapacityProviderRequest, UpdateCapacityProviderResponse,
};
use crate::capacity::{self, CapacityProvider};

impl Handle<UpdateCapacityProvider> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: UpdateCapacityProviderRequest,
    ) -> Result<UpdateCapacityProviderResponse, AwsError> {
        let given = input.capacity_provider_name.unwrap_or_default();
        let provider = CapacityProvider::resolve(&Self::owner(context), &given)?;
        let update = capacity::UpdateCapacityProvider {
            scaling: input.capacity_provider_scaling_config.map(request::scaling),
            propagated_tags: request::propagated_tags(input.propagate_tags)?,
            logging: input.telemetry_config.map(request::logging),
        };
        let updated = self.functions.update_capacity_provider(&provider, update).await?;
        Ok(UpdateCapacityProviderResponse { capacity_provider: Some(describe(&provider, &updated, ACTIVE)) })
    }
}
