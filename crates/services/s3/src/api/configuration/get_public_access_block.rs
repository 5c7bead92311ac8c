//! GetPublicAccessBlock: a new bucket has one.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use crate::S3;
use crate::api::error::missing;
use crate::api::shapes::{
    GetPublicAccessBlock, GetPublicAccessBlockOutput, GetPublicAccessBlockRequest,
    PublicAccessBlockConfiguration,
};
use crate::configuration::{KeptPublicAccessBlock, Missing};

impl Handle<GetPublicAccessBlock> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetPublicAccessBlockRequest,
    ) -> Result<GetPublicAccessBlockOutput, AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        let kept = self.configuration::<KeptPublicAccessBlock>(&access).await?.unwrap_or_default();
        let Some(block) = kept.0 else {
            return Err(missing(Missing::PublicAccessBlock, access.bucket));
        };
        let block = PublicAccessBlockConfiguration {
            block_public_acls: Some(block.block_public_acls),
            ignore_public_acls: Some(block.ignore_public_acls),
            block_public_policy: Some(block.block_public_policy),
            restrict_public_buckets: Some(block.restrict_public_buckets),
        };
        Ok(GetPublicAccessBlockOutput { public_access_block_configuration: Some(block) })
    }
}
