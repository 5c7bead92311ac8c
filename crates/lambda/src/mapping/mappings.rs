use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hob_storage::{EventSource, EventSourceMappingRecord, Owner, ResourceStore, StorageError, Stored};
use hob_types::{EventSourceMappingId, QueueArn};
use tokio::sync::{Mutex, Notify};
use tokio::time::{Instant, timeout_at};

use super::source::is_same_source;
use super::{MappingError, lifecycle};
use crate::function::{Functions, Target};
use crate::page::Wanted;
use crate::resources;

/// How long one who asks waits for what is about to be settled; see [`Functions::get_settled`].
const PATIENCE: Duration = Duration::from_secs(1);

/// All event source mappings of all accounts and regions.
pub(crate) struct EventSourceMappings {
    pub(super) functions: Arc<Functions>,
    /// Held while a mapping gets a source or a function, so that no two get the same.
    pub(super) placing: Mutex<()>,
    /// Something was begun, for whoever polls to end.
    pub(super) begun: Notify,
    /// Something came to its end.
    pub(super) ended: Notify,
}

impl EventSourceMappings {
    pub(crate) fn new(functions: Arc<Functions>) -> Self {
        Self { functions, placing: Mutex::new(()), begun: Notify::new(), ended: Notify::new() }
    }

    pub(super) fn store(&self) -> &dyn ResourceStore {
        &*self.functions.resources
    }

    /// Settled unless that takes long. `id` is as the caller wrote it.
    pub(crate) async fn get(
        &self,
        owner: &Owner,
        id: &str,
    ) -> Result<EventSourceMappingRecord, MappingError> {
        let patience = Instant::now() + PATIENCE;
        loop {
            // Listens before it looks, so that no end is missed in between.
            let mut ended = pin!(self.ended.notified());
            ended.as_mut().enable();
            let found = self.existing(owner, id).await?.value;
            if lifecycle::settled(found.state).is_none() || timeout_at(patience, ended).await.is_err() {
                return Ok(found);
            }
        }
    }

    pub(super) async fn existing(
        &self,
        owner: &Owner,
        id: &str,
    ) -> Result<Stored<EventSourceMappingRecord>, MappingError> {
        let id: EventSourceMappingId = id.parse().map_err(|_| MappingError::NotFound)?;
        let found = resources::read(self.store(), owner, &id.to_string()).await?;
        found.ok_or(MappingError::NotFound)
    }

    /// The function is there, and its source, which leaves it enough time.
    pub(super) async fn check_ends(&self, target: &Target, source: &EventSource) -> Result<(), MappingError> {
        let timeout = self.timeout(target).await?.ok_or(MappingError::NoFunction)?;
        match source {
            EventSource::Sqs(queue) => self.check_queue(queue, timeout).await,
            _ => Ok(()),
        }
    }

    async fn check_queue(&self, queue: &str, timeout: Duration) -> Result<(), MappingError> {
        let arn: QueueArn = queue.parse().map_err(|_| MappingError::UnknownSource)?;
        let described = self.functions.neighbours.queues()?.describe(&arn).await?;
        let visibility = described.ok_or(MappingError::NoQueue)?.visibility_timeout;
        if visibility < timeout { Err(MappingError::ShortVisibility { visibility, timeout }) } else { Ok(()) }
    }

    /// No other mapping has the same source and the same function.
    pub(super) async fn check_unique(
        &self,
        owner: &Owner,
        mapping: &EventSourceMappingRecord,
    ) -> Result<(), MappingError> {
        let is_same = |other: &EventSourceMappingRecord| {
            other.id != mapping.id
                && (&other.function, &other.qualifier) == (&mapping.function, &mapping.qualifier)
                && is_same_source(&other.source, &mapping.source)
        };
        let first = Wanted::new(None, Some(1));
        let same: Result<_, StorageError> = resources::page(self.store(), owner, &first, is_same).await;
        match same?.items.into_iter().next() {
            Some(same) => Err(MappingError::Exists {
                id: same.id,
                event_source: Box::new(mapping.source.clone()),
                function: mapping.function.clone(),
            }),
            None => Ok(()),
        }
    }
}
