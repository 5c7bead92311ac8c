use hob_storage::BucketRecord;
use hob_types::AccountId;

use crate::{S3, S3Error};

/// Who wants something of which bucket.
#[derive(Clone, Debug)]
pub(crate) struct BucketAccess {
    pub(crate) bucket: String,
    pub(crate) caller: AccountId,
    /// The account that the caller expects to own it.
    pub(crate) expected_owner: Option<String>,
}

impl S3 {
    /// The bucket, if there is one and its owner asks.
    pub(crate) async fn bucket(&self, access: &BucketAccess) -> Result<BucketRecord, S3Error> {
        let found = self.buckets.bucket(&access.bucket).await?;
        let bucket = found.ok_or_else(|| S3Error::NoBucket(access.bucket.clone()))?;
        let expected = access.expected_owner.as_deref();
        if bucket.account != access.caller || expected.is_some_and(|owner| owner != bucket.account.as_str()) {
            return Err(S3Error::AccessDenied);
        }
        Ok(bucket)
    }

    pub(crate) async fn delete_bucket(&self, access: &BucketAccess) -> Result<(), S3Error> {
        use hob_storage::BucketDeleted;
        self.bucket(access).await?;
        match self.buckets.delete(&access.bucket).await? {
            BucketDeleted::Deleted => Ok(()),
            BucketDeleted::NoBucket => Err(S3Error::NoBucket(access.bucket.clone())),
            BucketDeleted::NotEmpty => Err(S3Error::BucketNotEmpty(access.bucket.clone())),
        }
    }
}
