//! Ends what creations, updates and deletions began, also what a crash interrupted.

use std::sync::Arc;
use std::time::Duration;

use hob_storage::{EventSourceMappingRecord, Owner, ResourceKind, ResourceRecord as _, StorageError};
use tokio::time::{MissedTickBehavior, interval};

use super::lifecycle::{Settled, settled};
use super::{EventSourceMappings, MappingError};

/// How soon what failed for a passing reason is tried again, and what nobody told of is found.
const RETRY_PERIOD: Duration = Duration::from_secs(5);

impl EventSourceMappings {
    /// Settles mappings for as long as it is polled.
    pub(crate) async fn keep_settling(self: Arc<Self>) {
        let mut retry = interval(RETRY_PERIOD);
        retry.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = self.begun.notified() => {}
                _ = retry.tick() => {}
            }
            if let Err(error) = self.settle_all().await {
                tracing::error!(%error, "event source mappings could not be settled; trying again later");
            }
        }
    }

    pub(crate) async fn settle_all(&self) -> Result<(), StorageError> {
        for (owner, resource) in self.store().all(ResourceKind::EventSourceMapping).await? {
            let unsettled =
                EventSourceMappingRecord::of(resource).filter(|mapping| settled(mapping.state).is_some());
            if let Some(mapping) = unsettled {
                self.settle(&owner, &mapping).await?;
            }
        }
        self.ended.notify_waiters();
        Ok(())
    }

    async fn settle(&self, owner: &Owner, mapping: &EventSourceMappingRecord) -> Result<(), StorageError> {
        let read = match self.existing(owner, &mapping.id.to_string()).await {
            Ok(read) => read,
            Err(MappingError::Storage(error)) => return Err(error),
            Err(_) => return Ok(()),
        };
        // What changes meanwhile is found unsettled again.
        let mut mapping = read.value;
        match settled(mapping.state) {
            Some(Settled::As(state)) => {
                mapping.state = state;
                self.store().replace(owner, read.edition, mapping.into()).await?;
            }
            Some(Settled::Gone) => {
                let key = hob_storage::Resource::from(mapping).key();
                self.store().delete(owner, read.edition, &key).await?;
            }
            None => {}
        }
        Ok(())
    }
}
