use std::collections::BTreeMap;

use async_trait::async_trait;
use hob_types::{AccountId, Region, Timestamp};

use crate::StorageError;

/// Whether a bucket keeps what is replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Versioning {
    /// It never did: its objects have the version `null`, and no caller sees that.
    #[default]
    Unversioned,
    Enabled,
    /// New objects have the version `null`; what had another stays.
    Suspended,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketRecord {
    /// Unique among all accounts.
    pub name: String,
    pub account: AccountId,
    pub region: Region,
    pub created: Timestamp,
    pub versioning: Versioning,
    /// What else it is set to, by the name of the sub-resource, such as `policy` or `notification`.
    pub configuration: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BucketDeleted {
    Deleted,
    NoBucket,
    /// There are objects, versions or delete markers in it.
    NotEmpty,
}

#[async_trait]
pub trait BucketStore: Send + Sync {
    /// `false`: the name is taken, whoever has it.
    async fn create(&self, bucket: BucketRecord) -> Result<bool, StorageError>;

    async fn bucket(&self, name: &str) -> Result<Option<BucketRecord>, StorageError>;

    /// Up to `limit` buckets of an account by name, with this prefix, that come after a name.
    async fn buckets(
        &self,
        account: &AccountId,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<BucketRecord>, StorageError>;

    /// Removes it with its unfinished uploads.
    async fn delete(&self, name: &str) -> Result<BucketDeleted, StorageError>;

    /// `false`: there is no such bucket.
    async fn set_versioning(&self, name: &str, versioning: Versioning) -> Result<bool, StorageError>;

    /// Replaces one document of the configuration, or removes it (`None`). `false`: there is no such bucket.
    async fn configure(
        &self,
        name: &str,
        sub_resource: &str,
        document: Option<String>,
    ) -> Result<bool, StorageError>;
}
