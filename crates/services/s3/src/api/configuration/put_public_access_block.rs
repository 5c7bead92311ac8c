//! PutPublicAccessBlock: what is not said is not blocked.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use crate::S3;
use crate::api::shapes::{PutPublicAccessBlock, PutPublicAccessBlockRequest};
use crate::configuration::{KeptPublicAccessBlock, PublicAccessBlock};

impl Handle<PutPublicAccessBlock> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: PutPublicAccessBlockRequest,
    ) -> Result<(), AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        let block = input.public_access_block_configuration.unwrap_or_default();
        let block = PublicAccessBlock {
            block_public_acls: block.block_public_acls == Some(true),
            ignore_public_acls: block.ignore_public_acls == Some(true),
            block_public_policy: block.block_public_policy == Some(true),
            restrict_public_buckets: block.restrict_public_buckets == Some(true),
        };
        self.bucket(&access).await?;
        Ok(self.configure(&access.bucket, &KeptPublicAccessBlock(Some(block))).await?)
    }
}
