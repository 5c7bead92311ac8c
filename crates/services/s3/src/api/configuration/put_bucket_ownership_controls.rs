//! PutBucketOwnershipControls: whose objects are, and whether lists count.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use crate::S3;
use crate::api::shapes::{PutBucketOwnershipControls, PutBucketOwnershipControlsRequest};
use crate::configuration::{ConfigurationError, ObjectOwnership, OwnershipControls};

impl Handle<PutBucketOwnershipControls> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: PutBucketOwnershipControlsRequest,
    ) -> Result<(), AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        let rules = input.ownership_controls.and_then(|controls| controls.rules).unwrap_or_default();
        let [rule] = <[_; 1]>::try_from(rules).map_err(|_| ConfigurationError::Malformed)?;
        let ownership = ObjectOwnership::parse(&rule.object_ownership.unwrap_or_default());
        let ownership = ownership.ok_or(ConfigurationError::Malformed)?;
        self.bucket(&access).await?;
        Ok(self.configure(&access.bucket, &OwnershipControls(Some(ownership))).await?)
    }
}
