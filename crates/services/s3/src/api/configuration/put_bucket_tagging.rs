//! PutBucketTagging: replaces all tags.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use crate::S3;
use crate::api::shapes::{PutBucketTagging, PutBucketTaggingRequest};
use crate::configuration::{BucketTags, ConfigurationError};

impl Handle<PutBucketTagging> for S3 {
    async fn handle(&self, context: &RequestContext, input: PutBucketTaggingRequest) -> Result<(), AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        let tags = input.tagging.and_then(|tagging| tagging.tag_set).unwrap_or_default();
        let tags = tags.into_iter().map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default()));
        let tags = BucketTags::parse(tags.collect()).map_err(ConfigurationError::from)?;
        self.bucket(&access).await?;
        Ok(self.configure(&access.bucket, &tags).await?)
    }
}
