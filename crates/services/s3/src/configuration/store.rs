use std::sync::Arc;

use hob_storage::{BucketRecord, BucketStore, StorageError};
use hob_types::AccountId;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// One document of a bucket's configuration.
pub(crate) trait SubResource: Serialize + DeserializeOwned {
    /// The query parameter that selects it, under which it is kept.
    const NAME: &'static str;
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigurationError {
    #[error("there is no bucket {0:?}")]
    NoBucket(String),
    /// It is another account's, or not the one's that the caller expects.
    #[error("the bucket is not the caller's")]
    NotOwner,
    #[error("the {name} of the bucket {bucket:?} cannot be read: {error}")]
    Unreadable { name: &'static str, bucket: String, error: serde_json::Error },
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Who asks for which bucket.
#[derive(Clone, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) account: &'a AccountId,
    pub(crate) bucket: &'a str,
    /// `x-amz-expected-bucket-owner`.
    pub(crate) expected_owner: Option<&'a str>,
}

/// The configurations of all buckets.
pub(crate) struct Configurations {
    pub(crate) buckets: Arc<dyn BucketStore>,
}

impl Configurations {
    pub(crate) async fn bucket(&self, wanted: &Wanted<'_>) -> Result<BucketRecord, ConfigurationError> {
        let bucket = self.buckets.bucket(wanted.bucket).await?;
        let bucket = bucket.ok_or_else(|| ConfigurationError::NoBucket(wanted.bucket.to_owned()))?;
        let is_expected = wanted.expected_owner.is_none_or(|owner| owner == bucket.account.as_str());
        if bucket.account == *wanted.account && is_expected {
            Ok(bucket)
        } else {
            Err(ConfigurationError::NotOwner)
        }
    }

    /// `None`: it was never put, or deleted.
    pub(crate) async fn get<T: SubResource>(
        &self,
        wanted: &Wanted<'_>,
    ) -> Result<Option<T>, ConfigurationError> {
        read(&self.bucket(wanted).await?)
    }

    /// Replaces it.
    pub(crate) async fn put<T: SubResource>(
        &self,
        wanted: &Wanted<'_>,
        document: &T,
    ) -> Result<(), ConfigurationError> {
        // What is kept are structures of texts and numbers, which are always written.
        let kept = serde_json::to_string(document).unwrap_or_default();
        self.bucket(wanted).await?;
        self.configure::<T>(wanted, Some(kept)).await
    }

    /// Deleting what is not there is fine.
    pub(crate) async fn delete<T: SubResource>(&self, wanted: &Wanted<'_>) -> Result<(), ConfigurationError> {
        self.bucket(wanted).await?;
        self.configure::<T>(wanted, None).await
    }

    async fn configure<T: SubResource>(
        &self,
        wanted: &Wanted<'_>,
        document: Option<String>,
    ) -> Result<(), ConfigurationError> {
        if self.buckets.configure(wanted.bucket, T::NAME, document).await? {
            Ok(())
        } else {
            Err(ConfigurationError::NoBucket(wanted.bucket.to_owned()))
        }
    }
}

/// `None`: it was never put, or deleted.
pub(crate) fn read<T: SubResource>(bucket: &BucketRecord) -> Result<Option<T>, ConfigurationError> {
    let Some(kept) = bucket.configuration.get(T::NAME) else { return Ok(None) };
    serde_json::from_str(kept).map(Some).map_err(|error| ConfigurationError::Unreadable {
        name: T::NAME,
        bucket: bucket.name.clone(),
        error,
    })
}
