//! DeleteEventSourceMapping: no more events for the function.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::describe;
use crate::api::Lambda;
use crate::api::shapes::{
    DeleteEventSourceMapping, DeleteEventSourceMappingRequest, EventSourceMappingConfiguration,
};

impl Handle<DeleteEventSourceMapping> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: DeleteEventSourceMappingRequest,
    ) -> Result<EventSourceMappingConfiguration, AwsError> {
        let id = input.uuid.unwrap_or_default();
        Ok(describe(&self.mappings.delete(&Self::owner(context), &id).await?))
    }
}
