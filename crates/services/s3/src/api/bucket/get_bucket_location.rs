use hob_wire::{AwsError, Handle, RequestContext};

use crate::S3;
use crate::api::configuration::access;
use crate::api::shapes::{GetBucketLocation, GetBucketLocationOutput, GetBucketLocationRequest};
use crate::bucket::location_constraint;

impl Handle<GetBucketLocation> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetBucketLocationRequest,
    ) -> Result<GetBucketLocationOutput, AwsError> {
        let bucket = self.bucket(&access(context, input.bucket, input.expected_bucket_owner)).await?;
        // In the first of all regions the element is there and empty.
        let constraint = location_constraint(&bucket.region).unwrap_or_default();
        Ok(GetBucketLocationOutput { location_constraint: Some(constraint) })
    }
}
