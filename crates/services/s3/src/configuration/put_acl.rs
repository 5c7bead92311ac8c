use hob_storage::BucketRecord;

use super::acl::{AccessControlList, NewAcl};
use super::{ConfigurationError, KeptPublicAccessBlock, OwnershipControls, read};
use crate::S3;
use crate::bucket::BucketAccess;
use crate::owner::canonical_user_id;

impl S3 {
    pub(crate) async fn put_bucket_acl(
        &self,
        access: &BucketAccess,
        new: NewAcl,
    ) -> Result<(), ConfigurationError> {
        let bucket = self.bucket(access).await?;
        let list = check_acl(&bucket, new)?;
        Ok(self.configure(&bucket.name, &list).await?)
    }

    pub(crate) async fn bucket_acl(
        &self,
        access: &BucketAccess,
    ) -> Result<(String, AccessControlList), ConfigurationError> {
        let bucket = self.bucket(access).await?;
        let owner = canonical_user_id(&bucket.account);
        let list = read(&bucket)?.unwrap_or_else(|| AccessControlList::private(&owner));
        Ok((owner, list))
    }
}

/// What the bucket makes of a list for itself or one of its objects.
pub(crate) fn check_acl(bucket: &BucketRecord, new: NewAcl) -> Result<AccessControlList, ConfigurationError> {
    if !read::<OwnershipControls>(bucket)?.unwrap_or_default().lists_count() {
        return Err(ConfigurationError::NoAcls);
    }
    let list = AccessControlList::parse(new, &canonical_user_id(&bucket.account))?;
    let block = read::<KeptPublicAccessBlock>(bucket)?.unwrap_or_default().effective();
    if block.block_public_acls && list.is_public() {
        return Err(ConfigurationError::PublicAcl(bucket.name.clone()));
    }
    Ok(list)
}
