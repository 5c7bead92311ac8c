use async_trait::async_trait;
use hob_types::Timestamp;

use super::{
    Announce, Listing, ListingQuery, ObjectContent, ObjectDescription, ObjectName, ObjectRecord, PartRecord,
    StoredFile,
};
use crate::StorageError;

#[derive(Debug)]
pub struct NewObject {
    pub name: ObjectName,
    pub content: ObjectContent,
    pub file: StoredFile,
}

/// How an object is changed.
pub struct ObjectWrite {
    pub now: Timestamp,
    /// What the new version is called if the bucket keeps versions. Nobody may have used it.
    pub version_id: String,
    pub condition: WriteCondition,
    pub announce: Announce,
}

/// What must be so for a change to happen. Looked at within its transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum WriteCondition {
    #[default]
    None,
    /// There is no such object.
    Absent,
    /// There is such an object.
    Present,
    /// There is such an object, and this is its ETag, without quotes.
    ETag(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ObjectWritten {
    NoBucket,
    /// The condition needs an object, and there is none.
    NoKey,
    ConditionFailed,
    Written {
        /// `None`: the bucket never kept versions.
        version_id: Option<String>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectDeletion {
    pub key: String,
    /// `None`: as the bucket keeps versions or not, the object is removed or hidden behind a delete marker.
    pub version_id: Option<String>,
    /// What a delete marker is called if the bucket keeps versions.
    pub marker_id: String,
    pub condition: WriteCondition,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ObjectDeleted {
    /// The condition needs an object, and there is none.
    NoKey,
    ConditionFailed,
    /// Nothing was there, which is fine.
    Nothing,
    /// A version is gone.
    Removed {
        /// `None`: the bucket never kept versions.
        version_id: Option<String>,
        was_marker: bool,
    },
    MarkerCreated {
        version_id: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ObjectFound {
    NoBucket,
    NoKey,
    /// The key exists or not, but not this version of it.
    NoVersion,
    /// A version of a bucket that keeps versions or did, or the object of one that never did.
    Found {
        object: Box<ObjectRecord>,
        versioned: bool,
    },
}

/// Changes what is kept of an object beside its content.
pub type DescriptionChange = Box<dyn FnOnce(&mut ObjectDescription) + Send>;

/// Each method is one transaction.
#[async_trait]
pub trait ObjectStore: Send + Sync {
    /// Adds a version, or replaces the object where versions are not kept.
    async fn put(&self, object: NewObject, write: ObjectWrite) -> Result<ObjectWritten, StorageError>;

    /// All of them or none; answers in their order. `None`: there is no such bucket.
    async fn delete(
        &self,
        bucket: &str,
        deletions: Vec<ObjectDeletion>,
        now: Timestamp,
        announce: Announce,
    ) -> Result<Option<Vec<ObjectDeleted>>, StorageError>;

    /// The latest version, or another.
    async fn object(&self, name: &ObjectName, version_id: Option<&str>) -> Result<ObjectFound, StorageError>;

    /// Returns the object as it is then. A delete marker is returned as it is.
    async fn describe(
        &self,
        name: &ObjectName,
        version_id: Option<&str>,
        change: DescriptionChange,
        announce: Announce,
        now: Timestamp,
    ) -> Result<ObjectFound, StorageError>;

    /// Up to `limit` of the parts that an object was uploaded in, by number, after a number.
    async fn parts(
        &self,
        object: &ObjectRecord,
        after: u32,
        limit: usize,
    ) -> Result<Vec<PartRecord>, StorageError>;

    /// Objects that are not deleted, each in its latest version. `None`: there is no such bucket.
    async fn list(&self, query: &ListingQuery) -> Result<Option<Listing<ObjectRecord>>, StorageError>;

    /// All versions and delete markers; those of one key with the latest first. `None`: there is no such bucket.
    async fn list_versions(
        &self,
        query: &ListingQuery,
    ) -> Result<Option<Listing<ObjectRecord>>, StorageError>;
}
