use async_trait::async_trait;
use hob_types::Timestamp;

use super::BucketRecord;
use crate::StorageError;

/// Says who is to be told of a change: one document for each event, kept until it is removed.
///
/// Called within the change's transaction, with the bucket as it is then, so it must be quick; a change of several
/// objects calls it for each.
pub type Announce = Box<dyn FnMut(&BucketRecord, &ObjectChange<'_>) -> Vec<String> + Send>;

/// For changes that nobody is told of.
pub fn announce_nothing() -> Announce {
    Box::new(|_, _| Vec::new())
}

/// What has become of one version of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectChange<'a> {
    pub kind: ObjectChangeKind,
    pub key: &'a str,
    /// Of the version that was written, removed or described; `None`: the bucket never kept versions.
    pub version_id: Option<&'a str>,
    /// Grows with every change of any object.
    pub sequence: u64,
    /// In bytes; zero where there is no content any more.
    pub size: u64,
    /// Empty where there is no content any more.
    pub etag: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectChangeKind {
    /// A new object, or a new version of one.
    Created,
    /// A version is gone for good.
    Deleted,
    DeleteMarkerCreated,
    /// Tags or permissions are others.
    Described,
}

/// An event that is to be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectEventRecord {
    pub id: u64,
    pub due: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    pub document: String,
}

/// The events of changes, from the change until they are delivered.
#[async_trait]
pub trait ObjectEventStore: Send + Sync {
    /// Adds events that no change causes, due at once.
    async fn add(&self, documents: Vec<String>, now: Timestamp) -> Result<(), StorageError>;

    /// Up to `limit` events that are due, the longest waiting first.
    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<ObjectEventRecord>, StorageError>;

    /// When the first of those not delivered is due.
    async fn next_due(&self) -> Result<Option<Timestamp>, StorageError>;

    /// Puts off an event and counts an attempt.
    async fn reschedule(&self, id: u64, due: Timestamp) -> Result<(), StorageError>;

    async fn remove(&self, ids: Vec<u64>) -> Result<(), StorageError>;

    /// Returns when events were added since the last call, or may have been.
    async fn added(&self);
}
