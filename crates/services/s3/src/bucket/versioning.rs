use hob_storage::Versioning;

use super::BucketAccess;
use crate::{S3, S3Error};

impl S3 {
    /// There is no way back to a bucket that never kept versions.
    pub(crate) async fn set_versioning(
        &self,
        access: &BucketAccess,
        versioning: Versioning,
    ) -> Result<(), S3Error> {
        self.bucket(access).await?;
        match self.buckets.set_versioning(&access.bucket, versioning).await? {
            true => Ok(()),
            false => Err(S3Error::NoBucket(access.bucket.clone())),
        }
    }
}
