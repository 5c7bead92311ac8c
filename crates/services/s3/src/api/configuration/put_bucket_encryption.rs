//! PutBucketEncryption: AES256 is all there is.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use crate::S3;
use crate::api::shapes::{PutBucketEncryption, PutBucketEncryptionRequest, ServerSideEncryptionRule};
use crate::configuration::{ConfigurationError, Encryption, NewEncryption};

impl Handle<PutBucketEncryption> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: PutBucketEncryptionRequest,
    ) -> Result<(), AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        let rules = input.server_side_encryption_configuration.and_then(|configuration| configuration.rules);
        let [rule] =
            <[_; 1]>::try_from(rules.unwrap_or_default()).map_err(|_| ConfigurationError::Malformed)?;
        let encryption = Encryption::parse(new_encryption(rule)).map_err(ConfigurationError::from)?;
        self.bucket(&access).await?;
        Ok(self.configure(&access.bucket, &encryption).await?)
    }
}

fn new_encryption(rule: ServerSideEncryptionRule) -> NewEncryption {
    let default = rule.apply_server_side_encryption_by_default.unwrap_or_default();
    NewEncryption {
        algorithm: default.sse_algorithm,
        key: default.kms_master_key_id,
        bucket_key: rule.bucket_key_enabled == Some(true),
        blocked: rule.blocked_encryption_types.and_then(|types| types.encryption_type).unwrap_or_default(),
    }
}
