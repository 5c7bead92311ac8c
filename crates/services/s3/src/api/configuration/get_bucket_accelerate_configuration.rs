//! GetBucketAccelerateConfiguration: it was never set.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use crate::S3;
use crate::api::shapes::{
    GetBucketAccelerateConfiguration, GetBucketAccelerateConfigurationOutput,
    GetBucketAccelerateConfigurationRequest,
};

impl Handle<GetBucketAccelerateConfiguration> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetBucketAccelerateConfigurationRequest,
    ) -> Result<GetBucketAccelerateConfigurationOutput, AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        self.bucket(&access).await?;
        Ok(GetBucketAccelerateConfigurationOutput::default())
    }
}
