//! GetBucketLifecycleConfiguration: no bucket has one here.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use crate::S3;
use crate::api::error::missing;
use crate::api::shapes::{
    GetBucketLifecycleConfiguration, GetBucketLifecycleConfigurationOutput,
    GetBucketLifecycleConfigurationRequest,
};
use crate::configuration::Missing;

impl Handle<GetBucketLifecycleConfiguration> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetBucketLifecycleConfigurationRequest,
    ) -> Result<GetBucketLifecycleConfigurationOutput, AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        self.bucket(&access).await?;
        Err(missing(Missing::Lifecycle, access.bucket))
    }
}
