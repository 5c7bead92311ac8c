//! DeleteBucketTagging: nothing is left of them.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use crate::S3;
use crate::api::shapes::{DeleteBucketTagging, DeleteBucketTaggingRequest};
use crate::configuration::BucketTags;

impl Handle<DeleteBucketTagging> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: DeleteBucketTaggingRequest,
    ) -> Result<(), AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        Ok(self.delete_configuration::<BucketTags>(&access).await?)
    }
}
