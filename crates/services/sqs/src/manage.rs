//! Queues themselves: made, configured, listed, purged, deleted.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use hob_storage::{MessageCounts, QueueCreated, QueuePurged, QueueRecord, QueueSettings};
use hob_types::QueueArn;

use crate::queue::Queue;
use crate::{Queues, SqsError, attributes, name, redrive, tags};

/// How long after its deletion a queue's name is free again.
const DELETION_REST: Duration = Duration::from_secs(60);
/// How long after a purge there is no other.
const PURGE_REST: Duration = Duration::from_secs(60);

impl Queues {
    /// A queue that is there already will do, if it is as it is wanted.
    pub(crate) async fn create(
        &self,
        queue: &QueueArn,
        wanted: &BTreeMap<String, String>,
        tags: BTreeMap<String, String>,
    ) -> Result<(), SqsError> {
        self.handles().await?;
        let _changes = self.changes.lock().await;
        let fifo = is_fifo(wanted)?;
        name::check(&queue.name, fifo)?;
        tags::check(&tags)?;
        if let Some(existing) = self.registry.get(queue) {
            return same(&existing.record, wanted, &tags);
        }
        let settings = self.change(queue, attributes::defaults(fifo), wanted)?;
        match self.store.create(queue, settings, tags, self.now(), DELETION_REST).await? {
            QueueCreated::Created(record) | QueueCreated::Exists(record) => self.registry.put(record),
            QueueCreated::DeletedRecently => return Err(SqsError::DeletedRecently),
        }
        Ok(())
    }

    pub(crate) async fn set_attributes(
        &self,
        queue: &QueueArn,
        wanted: &BTreeMap<String, String>,
    ) -> Result<(), SqsError> {
        self.configure(queue, |settings| self.change(queue, settings, wanted)).await
    }

    /// Changes the settings as they are at this moment.
    pub(crate) async fn configure(
        &self,
        queue: &QueueArn,
        change: impl FnOnce(QueueSettings) -> Result<QueueSettings, SqsError>,
    ) -> Result<(), SqsError> {
        self.handles().await?;
        let _changes = self.changes.lock().await;
        let existing = self.queue(queue).await?;
        let settings = change(existing.record.settings.clone())?;
        let record = self.store.configure(existing.record.id, settings, self.now()).await?;
        self.registry.put(record.ok_or(SqsError::NoQueue)?);
        Ok(())
    }

    fn change(
        &self,
        queue: &QueueArn,
        mut settings: QueueSettings,
        wanted: &BTreeMap<String, String>,
    ) -> Result<QueueSettings, SqsError> {
        for (name, value) in wanted {
            attributes::set(&mut settings, name, value)?;
        }
        attributes::check(&settings)?;
        if let Some(policy) = settings.redrive.as_ref().filter(|_| wanted.contains_key("RedrivePolicy")) {
            redrive::check(queue, policy, self.registry.get(&policy.target).as_deref())?;
        }
        Ok(settings)
    }

    pub(crate) async fn delete(&self, queue: &QueueArn) -> Result<(), SqsError> {
        let _changes = self.changes.lock().await;
        let existing = self.queue(queue).await?;
        self.store.delete(existing.record.id, self.now()).await?;
        self.registry.remove(&existing.record);
        Ok(())
    }

    pub(crate) async fn purge(&self, queue: &QueueArn) -> Result<(), SqsError> {
        let existing = self.queue(queue).await?;
        match self.store.purge(existing.record.id, self.now(), PURGE_REST).await? {
            QueuePurged::Purged => Ok(()),
            QueuePurged::TooSoon => Err(SqsError::PurgedRecently(queue.name.clone())),
            QueuePurged::NoQueue => Err(SqsError::NoQueue),
        }
    }

    pub(crate) async fn counts(&self, queue: &Queue) -> Result<MessageCounts, SqsError> {
        Ok(self.store.counts(queue.record.id, self.now()).await?)
    }

    /// Those that match, by name.
    pub(crate) async fn list(
        &self,
        matches: impl Fn(&QueueRecord) -> bool,
    ) -> Result<Vec<Arc<Queue>>, SqsError> {
        self.handles().await?;
        let mut queues = self.registry.all();
        queues.retain(|queue| matches(&queue.record));
        queues.sort_unstable_by(|one, other| one.record.arn.name.cmp(&other.record.arn.name));
        Ok(queues)
    }
}

fn is_fifo(wanted: &BTreeMap<String, String>) -> Result<bool, SqsError> {
    match wanted.get("FifoQueue").map(|value| value.to_ascii_lowercase()).as_deref() {
        None => Ok(false),
        Some("true") => Ok(true),
        Some("false") => Err(SqsError::UnknownAttribute("FifoQueue".to_owned())),
        Some(_) => Err(SqsError::InvalidAttributeValue("FifoQueue")),
    }
}

/// Whether a queue is what somebody wants to make. What is not said may be as it is.
fn same(
    existing: &QueueRecord,
    wanted: &BTreeMap<String, String>,
    tags: &BTreeMap<String, String>,
) -> Result<(), SqsError> {
    for (name, value) in wanted {
        let mut settings = existing.settings.clone();
        attributes::set(&mut settings, name, value)?;
        if settings != existing.settings {
            return Err(SqsError::QueueExists(name.clone()));
        }
    }
    if !tags.is_empty() && *tags != existing.tags {
        return Err(SqsError::OtherTags);
    }
    Ok(())
}
