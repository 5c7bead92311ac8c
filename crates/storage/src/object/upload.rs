use async_trait::async_trait;
use hob_types::Timestamp;

use super::{
    ChecksumAlgorithm, ChecksumType, Listing, ListingQuery, ObjectContent, ObjectDescription, ObjectName,
    ObjectWrite, ObjectWritten, PartRecord, StoredFile,
};
use crate::StorageError;

/// An object that is being uploaded in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadRecord {
    pub id: String,
    pub object: ObjectName,
    pub initiated: Timestamp,
    /// What the object will be, without its checksum.
    pub description: ObjectDescription,
    /// What checksums parts and object have, if the caller has said so.
    pub checksum: Option<(ChecksumAlgorithm, ChecksumType)>,
}

#[derive(Debug)]
pub struct NewPart {
    /// 1 to 10 000.
    pub number: u32,
    pub file: StoredFile,
    /// Hexadecimal MD5.
    pub etag: String,
    pub checksum: Option<(ChecksumAlgorithm, String)>,
    pub modified: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadedPart {
    pub part: PartRecord,
    pub etag: String,
    pub checksum: Option<(ChecksumAlgorithm, String)>,
    pub modified: Timestamp,
}

/// An upload to be made an object.
#[derive(Debug)]
pub struct Completion {
    pub upload: String,
    pub object: ObjectName,
    pub content: ObjectContent,
    /// In order, as the caller has read them.
    pub parts: Vec<PartRecord>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UploadCompleted {
    NoUpload,
    /// A part was replaced since it was read; to be tried again.
    PartsChanged,
    Written(ObjectWritten),
}

#[async_trait]
pub trait UploadStore: Send + Sync {
    /// `false`: there is no such bucket.
    async fn create(&self, upload: UploadRecord) -> Result<bool, StorageError>;

    async fn upload(&self, object: &ObjectName, id: &str) -> Result<Option<UploadRecord>, StorageError>;

    /// Adds a part or replaces it. `false`: there is no such upload.
    async fn put_part(&self, object: &ObjectName, id: &str, part: NewPart) -> Result<bool, StorageError>;

    /// Up to `limit` parts by number, after a number.
    async fn parts(&self, id: &str, after: u32, limit: usize) -> Result<Vec<UploadedPart>, StorageError>;

    /// Makes the parts an object, without touching a byte of them, and removes what parts are left over.
    async fn complete(
        &self,
        completion: Completion,
        write: ObjectWrite,
    ) -> Result<UploadCompleted, StorageError>;

    /// `false`: there is no such upload.
    async fn abort(&self, object: &ObjectName, id: &str) -> Result<bool, StorageError>;

    /// Those of one key in the order in which they were begun. `None`: there is no such bucket.
    async fn list(&self, query: &ListingQuery) -> Result<Option<Listing<UploadRecord>>, StorageError>;
}
