//! GetBucketEncryption: AES256, always.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use crate::S3;
use crate::api::shapes::{
    GetBucketEncryption, GetBucketEncryptionOutput, GetBucketEncryptionRequest,
    ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
};
use crate::configuration::Encryption;

impl Handle<GetBucketEncryption> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetBucketEncryptionRequest,
    ) -> Result<GetBucketEncryptionOutput, AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        let encryption = self.configuration::<Encryption>(&access).await?.unwrap_or_default();
        let default = ServerSideEncryptionByDefault {
            sse_algorithm: Some("AES256".to_owned()),
            ..ServerSideEncryptionByDefault::default()
        };
        let rule = ServerSideEncryptionRule {
            apply_server_side_encryption_by_default: Some(default),
            bucket_key_enabled: Some(encryption.bucket_key),
            ..ServerSideEncryptionRule::default()
        };
        let configuration = ServerSideEncryptionConfiguration { rules: Some(vec![rule]) };
        Ok(GetBucketEncryptionOutput { server_side_encryption_configuration: Some(configuration) })
    }
}
