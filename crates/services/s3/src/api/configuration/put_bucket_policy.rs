//! PutBucketPolicy: kept, and not yet enforced.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use crate::S3;
use crate::api::shapes::{PutBucketPolicy, PutBucketPolicyRequest};

impl Handle<PutBucketPolicy> for S3 {
    async fn handle(&self, context: &RequestContext, input: PutBucketPolicyRequest) -> Result<(), AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        Ok(self.put_bucket_policy(&access, &input.policy.unwrap_or_default()).await?)
    }
}
