use super::{BucketPolicy, ConfigurationError, KeptPublicAccessBlock, read};
use crate::S3;
use crate::bucket::BucketAccess;

impl S3 {
    /// A bucket that blocks public policies takes none.
    pub(crate) async fn put_bucket_policy(
        &self,
        access: &BucketAccess,
        text: &str,
    ) -> Result<(), ConfigurationError> {
        let bucket = self.bucket(access).await?;
        let policy = BucketPolicy::parse(text, &bucket.name)?;
        let block = read::<KeptPublicAccessBlock>(&bucket)?.unwrap_or_default().effective();
        if block.block_public_policy && policy.is_public() {
            return Err(ConfigurationError::PublicPolicy(bucket.name));
        }
        Ok(self.configure(&bucket.name, &policy).await?)
    }
}
