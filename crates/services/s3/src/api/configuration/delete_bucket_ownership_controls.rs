//! DeleteBucketOwnershipControls: objects are whose who puts them, from now on.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use crate::S3;
use crate::api::shapes::{DeleteBucketOwnershipControls, DeleteBucketOwnershipControlsRequest};
use crate::configuration::OwnershipControls;

impl Handle<DeleteBucketOwnershipControls> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: DeleteBucketOwnershipControlsRequest,
    ) -> Result<(), AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        self.bucket(&access).await?;
        Ok(self.configure(&access.bucket, &OwnershipControls(None)).await?)
    }
}
