//! GetBucketPolicyStatus: whether the policy lets everybody in.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use crate::S3;
use crate::api::error::missing;
use crate::api::shapes::{
    GetBucketPolicyStatus, GetBucketPolicyStatusOutput, GetBucketPolicyStatusRequest, PolicyStatus,
};
use crate::configuration::{BucketPolicy, Missing};

impl Handle<GetBucketPolicyStatus> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetBucketPolicyStatusRequest,
    ) -> Result<GetBucketPolicyStatusOutput, AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        let Some(policy) = self.configuration::<BucketPolicy>(&access).await? else {
            return Err(missing(Missing::Policy, access.bucket));
        };
        let status = PolicyStatus { is_public: Some(policy.is_public()) };
        Ok(GetBucketPolicyStatusOutput { policy_status: Some(status) })
    }
}
