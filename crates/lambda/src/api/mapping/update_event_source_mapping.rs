//! UpdateEventSourceMapping: other settings, another function, on or off.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::describe;
use super::{kafka, request};
use crate::api::shapes::{
    EventSourceMappingConfiguration, UpdateEventSourceMapping, UpdateEventSourceMappingRequest,
};
use crate::api::{Lambda, error};
use crate::mapping::UpdateMapping;

impl Handle<UpdateEventSourceMapping> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: UpdateEventSourceMappingRequest,
    ) -> Result<EventSourceMappingConfiguration, AwsError> {
        let target = match input.function_name.as_deref() {
            Some(name) => Some(Self::target(context, Some(name), None).map_err(error::mapping_target)?),
            None => None,
        };
        request::check_key(input.kms_key_arn.as_ref())?;
        let id = input.uuid.unwrap_or_default();
        let update = UpdateMapping { target, enabled: input.enabled, change: request::change!(input) };
        Ok(describe(&self.mappings.update(&Self::owner(context), &id, update).await?))
    }
}
