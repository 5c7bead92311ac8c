//! GetBucketOwnershipControls: a new bucket has them.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use crate::S3;
use crate::api::error::missing;
use crate::api::shapes::{
    GetBucketOwnershipControls, GetBucketOwnershipControlsOutput, GetBucketOwnershipControlsRequest,
    OwnershipControls, OwnershipControlsRule,
};
use crate::configuration::{self, Missing};

impl Handle<GetBucketOwnershipControls> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetBucketOwnershipControlsRequest,
    ) -> Result<GetBucketOwnershipControlsOutput, AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        let kept = self.configuration::<configuration::OwnershipControls>(&access).await?.unwrap_or_default();
        let Some(ownership) = kept.0 else {
            return Err(missing(Missing::OwnershipControls, access.bucket));
        };
        let rule = OwnershipControlsRule { object_ownership: Some(ownership.name().to_owned()) };
        let controls = OwnershipControls { rules: Some(vec![rule]) };
        Ok(GetBucketOwnershipControlsOutput { ownership_controls: Some(controls) })
    }
}
