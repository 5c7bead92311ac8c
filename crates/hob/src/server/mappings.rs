use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use hob_lambda::Lambda;
use hob_sources::Mappings;
use hob_storage::{EventSourceMappingRecord, StorageError};
use hob_types::QualifiedFunctionArn;

/// The Lambda service's event source mappings, as pollers see them.
pub(super) struct MappingsOf(pub(super) Arc<Lambda>);

#[async_trait]
impl Mappings for MappingsOf {
    async fn all(&self) -> Result<Vec<EventSourceMappingRecord>, StorageError> {
        self.0.mappings().await
    }

    async fn changed(&self) {
        self.0.mappings_changed().await;
    }

    async fn settle(&self, mapping: &EventSourceMappingRecord) -> Result<(), StorageError> {
        self.0.settle_mapping(mapping).await
    }

    async fn timeout(&self, function: &QualifiedFunctionArn) -> Result<Option<Duration>, StorageError> {
        self.0.function_timeout(function).await
    }
}
