//! Ends what creations, updates and deletions began, also what a crash interrupted. Whoever polls says when.

use std::time::Duration;

use hob_storage::{
    EventSourceMappingRecord, Owner, Resource, ResourceKind, ResourceRecord as _, StorageError,
};

use super::lifecycle::{Settled, settled};
use super::{EventSourceMappings, MappingError};
use crate::function::Target;

impl EventSourceMappings {
    /// Every mapping of every owner.
    pub(crate) async fn all(&self) -> Result<Vec<EventSourceMappingRecord>, StorageError> {
        let all = self.store().all(ResourceKind::EventSourceMapping).await?;
        Ok(all.into_iter().filter_map(|(_, resource)| EventSourceMappingRecord::of(resource)).collect())
    }

    /// Returns when a mapping may have changed since this was called before.
    pub(crate) async fn changed(&self) {
        self.begun.notified().await;
    }

    /// What was begun with a mapping has come to its end. Does nothing if it has changed meanwhile.
    pub(crate) async fn settle(&self, mapping: &EventSourceMappingRecord) -> Result<(), StorageError> {
        let owner = Owner::of(&mapping.function);
        let read = match self.existing(&owner, &mapping.id.to_string()).await {
            Ok(read) if read.value == *mapping => read,
            Err(MappingError::Storage(error)) => return Err(error),
            _ => return Ok(()),
        };
        match settled(mapping.state) {
            Some(Settled::As(state)) => {
                let settled = EventSourceMappingRecord { state, ..read.value };
                self.store().replace(&owner, read.edition, settled.into()).await?;
            }
            Some(Settled::Gone) => {
                let key = Resource::from(read.value).key();
                self.store().delete(&owner, read.edition, &key).await?;
            }
            None => {}
        }
        self.ended.notify_waiters();
        Ok(())
    }

    /// How long a function may run. `None`: there is no such function.
    pub(crate) async fn timeout(&self, target: &Target) -> Result<Option<Duration>, StorageError> {
        let found = self.functions.find(target).await?;
        Ok(found.map(|found| found.description().configuration.timeout.duration()))
    }
}
