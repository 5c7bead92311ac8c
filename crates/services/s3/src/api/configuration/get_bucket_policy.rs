//! GetBucketPolicy: as it was put.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use crate::S3;
use crate::api::error::missing;
use crate::api::shapes::{GetBucketPolicy, GetBucketPolicyOutput, GetBucketPolicyRequest};
use crate::configuration::{BucketPolicy, Missing};

impl Handle<GetBucketPolicy> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetBucketPolicyRequest,
    ) -> Result<GetBucketPolicyOutput, AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        let Some(policy) = self.configuration::<BucketPolicy>(&access).await? else {
            return Err(missing(Missing::Policy, access.bucket));
        };
        Ok(GetBucketPolicyOutput { policy: Some(policy.text) })
    }
}
