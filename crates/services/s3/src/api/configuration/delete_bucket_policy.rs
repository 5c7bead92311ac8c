//! DeleteBucketPolicy: nothing is left of it.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use crate::S3;
use crate::api::shapes::{DeleteBucketPolicy, DeleteBucketPolicyRequest};
use crate::configuration::BucketPolicy;

impl Handle<DeleteBucketPolicy> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: DeleteBucketPolicyRequest,
    ) -> Result<(), AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        Ok(self.delete_configuration::<BucketPolicy>(&access).await?)
    }
}
