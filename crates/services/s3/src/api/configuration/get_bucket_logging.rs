//! GetBucketLogging: there is none.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use crate::S3;
use crate::api::shapes::{GetBucketLogging, GetBucketLoggingOutput, GetBucketLoggingRequest};

impl Handle<GetBucketLogging> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetBucketLoggingRequest,
    ) -> Result<GetBucketLoggingOutput, AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        self.bucket(&access).await?;
        Ok(GetBucketLoggingOutput::default())
    }
}
