//! GetBucketRequestPayment: nobody pays here, so the owner does.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use crate::S3;
use crate::api::shapes::{
    GetBucketRequestPayment, GetBucketRequestPaymentOutput, GetBucketRequestPaymentRequest,
};

impl Handle<GetBucketRequestPayment> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetBucketRequestPaymentRequest,
    ) -> Result<GetBucketRequestPaymentOutput, AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        self.bucket(&access).await?;
        Ok(GetBucketRequestPaymentOutput { payer: Some("BucketOwner".to_owned()) })
    }
}
