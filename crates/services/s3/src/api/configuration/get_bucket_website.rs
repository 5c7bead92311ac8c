//! GetBucketWebsite: no bucket is a website here.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use crate::S3;
use crate::api::error::missing;
use crate::api::shapes::{GetBucketWebsite, GetBucketWebsiteOutput, GetBucketWebsiteRequest};
use crate::configuration::Missing;

impl Handle<GetBucketWebsite> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetBucketWebsiteRequest,
    ) -> Result<GetBucketWebsiteOutput, AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        self.bucket(&access).await?;
        Err(missing(Missing::Website, access.bucket))
    }
}
