//! CreateEventSourceMapping: a source's events for a function.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::describe;
use super::{kafka, request};
use crate::api::shapes::{
    CreateEventSourceMapping, CreateEventSourceMappingRequest, EventSourceMappingConfiguration,
    SelfManagedEventSource,
};
use crate::api::{Lambda, error};
use crate::mapping::{CreateMapping, GivenPosition, GivenSource};

impl Handle<CreateEventSourceMapping> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: CreateEventSourceMappingRequest,
    ) -> Result<EventSourceMappingConfiguration, AwsError> {
        let target =
            Self::target(context, input.function_name.as_deref(), None).map_err(error::mapping_target)?;
        request::check_key(input.kms_key_arn.as_ref())?;
        let created = self
            .mappings
            .create(CreateMapping {
                target,
                source: GivenSource {
                    arn: input.event_source_arn,
                    bootstrap_servers: input.self_managed_event_source.and_then(bootstrap_servers),
                    topic: input.topics.and_then(first),
                    queue: input.queues.and_then(first),
                },
                position: GivenPosition {
                    position: input.starting_position.as_deref().and_then(request::position),
                    timestamp: input.starting_position_timestamp,
                },
                enabled: input.enabled != Some(false),
                change: request::change!(input),
                tags: input.tags.unwrap_or_default(),
            })
            .await?;
        Ok(describe(&created))
    }
}

fn bootstrap_servers(source: SelfManagedEventSource) -> Option<Vec<String>> {
    source.endpoints.and_then(|mut endpoints| endpoints.remove(request::BOOTSTRAP_SERVERS))
}

/// The model admits one.
fn first(names: Vec<String>) -> Option<String> {
    names.into_iter().next()
}
