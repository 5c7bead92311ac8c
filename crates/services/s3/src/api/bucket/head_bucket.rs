use hob_wire::{AwsError, Handle, RequestContext};

use crate::S3;
use crate::api::configuration::access;
use crate::api::shapes::{HeadBucket, HeadBucketOutput, HeadBucketRequest};

impl Handle<HeadBucket> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: HeadBucketRequest,
    ) -> Result<HeadBucketOutput, AwsError> {
        let bucket = self.bucket(&access(context, input.bucket, input.expected_bucket_owner)).await?;
        Ok(HeadBucketOutput {
            bucket_arn: Some(format!("arn:aws:s3:::{}", bucket.name)),
            bucket_region: Some(bucket.region.to_string()),
            access_point_alias: Some(false),
            ..Default::default()
        })
    }
}
