use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::context::object_access;
use crate::api::shapes::{AbortMultipartUpload, AbortMultipartUploadOutput, AbortMultipartUploadRequest};
use crate::{S3, S3Error};

impl Handle<AbortMultipartUpload> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: AbortMultipartUploadRequest,
    ) -> Result<AbortMultipartUploadOutput, AwsError> {
        if input.if_match_initiated_time.is_some() {
            return Err(S3Error::Unserved("A condition of directory buckets").into());
        }
        let object = object_access(context, input.bucket, input.key, None, input.expected_bucket_owner);
        self.abort_upload(&object, &input.upload_id.unwrap_or_default()).await?;
        Ok(AbortMultipartUploadOutput::default())
    }
}
