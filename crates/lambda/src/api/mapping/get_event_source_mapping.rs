//! GetEventSourceMapping: how a mapping is set, and what it does.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::describe;
use crate::api::Lambda;
use crate::api::shapes::{
    EventSourceMappingConfiguration, GetEventSourceMapping, GetEventSourceMappingRequest,
};

impl Handle<GetEventSourceMapping> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetEventSourceMappingRequest,
    ) -> Result<EventSourceMappingConfiguration, AwsError> {
        let id = input.uuid.unwrap_or_default();
        Ok(describe(&self.mappings.get(&Self::owner(context), &id).await?))
    }
}
