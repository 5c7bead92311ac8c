use hob_wire::{AwsError, Handle, RequestContext};

use crate::S3;
use crate::api::context::object_access;
use crate::api::object::{
    encryption, parse_algorithm, quoted, refuse_customer_keys, sent_checksums, show_checksum,
};
use crate::api::shapes::{UploadPart, UploadPartOutput, UploadPartRequest};
use crate::checksum::Expected;
use crate::multipart::PartPut;

impl Handle<UploadPart> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: UploadPartRequest,
    ) -> Result<UploadPartOutput, AwsError> {
        refuse_customer_keys!(input)?;
        let expected = Expected {
            content_md5: input.content_md5.clone(),
            algorithm: parse_algorithm(input.checksum_algorithm.as_deref())?,
            checksums: sent_checksums!(input)?,
        };
        let written = self.put_part(PartPut {
            object: object_access(context, input.bucket, input.key, None, input.expected_bucket_owner),
            upload: input.upload_id.unwrap_or_default(),
            number: input.part_number.unwrap_or_default(),
            body: input.body.unwrap_or_default(),
            expected,
        });
        let written = written.await?;
        let mut output = UploadPartOutput {
            server_side_encryption: encryption(),
            e_tag: quoted(&written.etag),
            ..UploadPartOutput::default()
        };
        if let Some(checksum) = written.checksum {
            show_checksum!(output, checksum.algorithm, checksum.value);
        }
        Ok(output)
    }
}
