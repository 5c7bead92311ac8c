use hob_storage::{EventSource, EventSourceMappingRecord, Owner, StorageError};

use super::EventSourceMappings;
use crate::function::Target;
use crate::page::{Page, Wanted};
use crate::resources;

impl EventSourceMappings {
    /// By id, a page at a time: those of a function, as it was named, and of a source.
    pub(crate) async fn list(
        &self,
        owner: &Owner,
        target: Option<&Target>,
        source_arn: Option<&str>,
        wanted: &Wanted,
    ) -> Result<Page<EventSourceMappingRecord>, StorageError> {
        let keep = |mapping: &EventSourceMappingRecord| {
            let of_function = |target: &Target| {
                (&target.function, &target.qualifier) == (&mapping.function, &mapping.qualifier)
            };
            target.is_none_or(of_function)
                && source_arn.is_none_or(|arn| source_arn_of(&mapping.source) == Some(arn))
        };
        resources::page(self.store(), owner, wanted, keep).await
    }
}

/// `None`: the source has none.
pub(crate) fn source_arn_of(source: &EventSource) -> Option<&str> {
    match source {
        EventSource::Sqs(arn)
        | EventSource::Kinesis(arn)
        | EventSource::DynamoDb(arn)
        | EventSource::Msk { cluster: arn, .. }
        | EventSource::Mq { broker: arn, .. }
        | EventSource::DocumentDb(arn) => Some(arn),
        EventSource::SelfManagedKafka { .. } => None,
    }
}
