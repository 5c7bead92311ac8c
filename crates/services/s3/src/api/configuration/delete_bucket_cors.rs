//! DeleteBucketCors: no web page may use the bucket any more.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use crate::S3;
use crate::api::shapes::{DeleteBucketCors, DeleteBucketCorsRequest};
use crate::configuration::CorsConfiguration;

impl Handle<DeleteBucketCors> for S3 {
    async fn handle(&self, context: &RequestContext, input: DeleteBucketCorsRequest) -> Result<(), AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        Ok(self.delete_configuration::<CorsConfiguration>(&access).await?)
    }
}
