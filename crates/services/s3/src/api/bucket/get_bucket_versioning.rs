use hob_storage::Versioning;
use hob_wire::{AwsError, Handle, RequestContext};

use crate::S3;
use crate::api::configuration::access;
use crate::api::shapes::{GetBucketVersioning, GetBucketVersioningOutput, GetBucketVersioningRequest};

impl Handle<GetBucketVersioning> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetBucketVersioningRequest,
    ) -> Result<GetBucketVersioningOutput, AwsError> {
        let bucket = self.bucket(&access(context, input.bucket, input.expected_bucket_owner)).await?;
        let status = match bucket.versioning {
            Versioning::Unversioned => None,
            Versioning::Enabled => Some("Enabled".to_owned()),
            Versioning::Suspended => Some("Suspended".to_owned()),
        };
        Ok(GetBucketVersioningOutput { status, ..Default::default() })
    }
}
