use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::context::object_access;
use crate::api::object::{copy_source, encryption, quoted, refuse_customer_keys, show_checksum};
use crate::api::shapes::{CopyPartResult, UploadPartCopy, UploadPartCopyOutput, UploadPartCopyRequest};
use crate::multipart::PartCopy;
use crate::object::ReadConditions;
use crate::{S3, S3Error};

impl Handle<UploadPartCopy> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: UploadPartCopyRequest,
    ) -> Result<UploadPartCopyOutput, AwsError> {
        refuse_customer_keys!(input)?;
        if input.copy_source_sse_customer_algorithm.is_some() {
            return Err(S3Error::Unserved("Server-side encryption with customer-provided keys").into());
        }
        let written = self.copy_part(PartCopy {
            source: copy_source(context, input.copy_source, input.expected_source_bucket_owner)?,
            object: object_access(context, input.bucket, input.key, None, input.expected_bucket_owner),
            upload: input.upload_id.unwrap_or_default(),
            number: input.part_number.unwrap_or_default(),
            source_conditions: ReadConditions {
                if_match: input.copy_source_if_match,
                if_none_match: input.copy_source_if_none_match,
                if_modified_since: input.copy_source_if_modified_since,
                if_unmodified_since: input.copy_source_if_unmodified_since,
            },
            range: input.copy_source_range,
        });
        let written = written.await?;
        let mut result = CopyPartResult {
            e_tag: quoted(&written.etag),
            last_modified: Some(written.modified),
            ..CopyPartResult::default()
        };
        if let Some(checksum) = written.checksum {
            show_checksum!(result, checksum.algorithm, checksum.value);
        }
        Ok(UploadPartCopyOutput {
            copy_source_version_id: written.source_version_id,
            copy_part_result: Some(result),
            server_side_encryption: encryption(),
            ..UploadPartCopyOutput::default()
        })
    }
}
