use hob_storage::BucketRecord;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::bucket::BucketAccess;
use crate::{S3, S3Error};

/// One document of a bucket's configuration.
pub(crate) trait SubResource: Serialize + DeserializeOwned {
    /// The query parameter that selects it, under which it is kept.
    const NAME: &'static str;
}

impl S3 {
    /// `None`: it was never put, or deleted.
    pub(crate) async fn configuration<T: SubResource>(
        &self,
        access: &BucketAccess,
    ) -> Result<Option<T>, S3Error> {
        read(&self.bucket(access).await?)
    }

    /// Replaces it. The caller has checked that the bucket is there and the caller's.
    pub(crate) async fn configure<T: SubResource>(&self, bucket: &str, document: &T) -> Result<(), S3Error> {
        // What is kept are structures of texts and numbers, which are always written.
        let kept = serde_json::to_string(document).unwrap_or_default();
        self.set_configuration(bucket, T::NAME, Some(kept)).await
    }

    /// Deleting what is not there is fine.
    pub(crate) async fn delete_configuration<T: SubResource>(
        &self,
        access: &BucketAccess,
    ) -> Result<(), S3Error> {
        self.bucket(access).await?;
        self.set_configuration(&access.bucket, T::NAME, None).await
    }

    async fn set_configuration(
        &self,
        bucket: &str,
        name: &str,
        document: Option<String>,
    ) -> Result<(), S3Error> {
        if self.buckets.configure(bucket, name, document).await? {
            Ok(())
        } else {
            Err(S3Error::NoBucket(bucket.to_owned()))
        }
    }
}

/// `None`: it was never put, or deleted.
pub(crate) fn read<T: SubResource>(bucket: &BucketRecord) -> Result<Option<T>, S3Error> {
    let Some(kept) = bucket.configuration.get(T::NAME) else { return Ok(None) };
    serde_json::from_str(kept).map(Some).map_err(|error| S3Error::UnreadableConfiguration {
        name: T::NAME,
        bucket: bucket.name.clone(),
        error: error.to_string(),
    })
}
