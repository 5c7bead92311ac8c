//! DeletePublicAccessBlock: nothing is blocked any more.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use crate::S3;
use crate::api::shapes::{DeletePublicAccessBlock, DeletePublicAccessBlockRequest};
use crate::configuration::KeptPublicAccessBlock;

impl Handle<DeletePublicAccessBlock> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: DeletePublicAccessBlockRequest,
    ) -> Result<(), AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        self.bucket(&access).await?;
        Ok(self.configure(&access.bucket, &KeptPublicAccessBlock(None)).await?)
    }
}
