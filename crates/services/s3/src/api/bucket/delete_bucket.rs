use hob_wire::{AwsError, Handle, RequestContext};

use crate::S3;
use crate::api::configuration::access;
use crate::api::shapes::{DeleteBucket, DeleteBucketRequest};

impl Handle<DeleteBucket> for S3 {
    async fn handle(&self, context: &RequestContext, input: DeleteBucketRequest) -> Result<(), AwsError> {
        Ok(self.delete_bucket(&access(context, input.bucket, input.expected_bucket_owner)).await?)
    }
}
