//! GetObjectLockConfiguration: no object is locked here.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use crate::S3;
use crate::api::error::missing;
use crate::api::shapes::{
    GetObjectLockConfiguration, GetObjectLockConfigurationOutput, GetObjectLockConfigurationRequest,
};
use crate::configuration::Missing;

impl Handle<GetObjectLockConfiguration> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetObjectLockConfigurationRequest,
    ) -> Result<GetObjectLockConfigurationOutput, AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        self.bucket(&access).await?;
        Err(missing(Missing::ObjectLock, access.bucket))
    }
}
