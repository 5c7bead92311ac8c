use std::fs::File;

use async_trait::async_trait;
use bytes::Bytes;
use hob_types::Region;

use crate::DeliveryError;

/// An object to be put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewObject {
    pub content_type: String,
    pub body: Bytes,
}

/// An object to be read. It stays readable when it is deleted or replaced meanwhile.
#[derive(Debug)]
pub struct OpenObject {
    /// At its beginning.
    pub file: File,
    /// In bytes.
    pub size: u64,
    /// `None`: the bucket keeps no versions.
    pub version_id: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ObjectError {
    #[error("the bucket does not exist")]
    NoBucket,
    #[error("the object does not exist")]
    NoKey,
    #[error("the object has no such version")]
    NoVersion,
    #[error("{0}")]
    Unavailable(String),
}

/// The buckets of all accounts.
#[async_trait]
pub trait BucketService: Send + Sync {
    /// Where a bucket is. `None`: there is no such bucket.
    async fn region(&self, bucket: &str) -> Result<Option<Region>, DeliveryError>;

    /// Durable when it returns.
    async fn put(&self, bucket: &str, key: &str, object: NewObject) -> Result<(), DeliveryError>;

    /// Opens an object, by default its latest version.
    async fn open(
        &self,
        bucket: &str,
        key: &str,
        version_id: Option<&str>,
    ) -> Result<OpenObject, ObjectError>;
}
