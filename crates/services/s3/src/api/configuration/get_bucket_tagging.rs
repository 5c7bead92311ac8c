//! GetBucketTagging: by key.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use crate::S3;
use crate::api::error::missing;
use crate::api::shapes::{GetBucketTagging, GetBucketTaggingOutput, GetBucketTaggingRequest, Tag};
use crate::configuration::{BucketTags, Missing};

impl Handle<GetBucketTagging> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetBucketTaggingRequest,
    ) -> Result<GetBucketTaggingOutput, AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        let Some(BucketTags(tags)) = self.configuration::<BucketTags>(&access).await? else {
            return Err(missing(Missing::Tags, access.bucket));
        };
        let tag = |(key, value)| Tag { key: Some(key), value: Some(value) };
        Ok(GetBucketTaggingOutput { tag_set: Some(tags.into_iter().map(tag).collect()) })
    }
}
