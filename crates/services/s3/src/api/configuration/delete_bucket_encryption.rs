//! DeleteBucketEncryption: back to what every bucket has.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use crate::S3;
use crate::api::shapes::{DeleteBucketEncryption, DeleteBucketEncryptionRequest};
use crate::configuration::Encryption;

impl Handle<DeleteBucketEncryption> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: DeleteBucketEncryptionRequest,
    ) -> Result<(), AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        Ok(self.delete_configuration::<Encryption>(&access).await?)
    }
}
