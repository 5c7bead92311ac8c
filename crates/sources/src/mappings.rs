use std::time::Duration;

use async_trait::async_trait;
use hob_storage::{EventSourceMappingRecord, StorageError};
use hob_types::QualifiedFunctionArn;

/// The event source mappings of all accounts and regions.
#[async_trait]
pub trait Mappings: Send + Sync {
    /// All there are, in whatever state.
    async fn all(&self) -> Result<Vec<EventSourceMappingRecord>, StorageError>;

    /// Returns when a mapping may have changed since this was called before.
    async fn changed(&self);

    /// What was begun with a mapping has come to its end: it is polled for, or it is not any more, as it says. Does
    /// nothing if the mapping is another by now.
    async fn settle(&self, mapping: &EventSourceMappingRecord) -> Result<(), StorageError>;

    /// How long a function may run. `None`: there is no such function.
    async fn timeout(&self, function: &QualifiedFunctionArn) -> Result<Option<Duration>, StorageError>;
}
