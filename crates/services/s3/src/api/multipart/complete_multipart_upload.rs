use hob_wire::{AwsError, Handle, RequestContext};

use crate::announce::Action;
use crate::api::context::{cause, object_access};
use crate::api::object::{
    checksum_type_name, encryption, parse_checksum_type, quoted, refuse_customer_keys, sent_checksums,
    show_checksum,
};
use crate::api::shapes;
use crate::api::shapes::{
    CompleteMultipartUpload, CompleteMultipartUploadOutput, CompleteMultipartUploadRequest,
};
use crate::multipart::{CompletedPart, CompletionRequest};
use crate::object::{unquoted, write_condition};
use crate::{S3, S3Error};

impl Handle<CompleteMultipartUpload> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: CompleteMultipartUploadRequest,
    ) -> Result<CompleteMultipartUploadOutput, AwsError> {
        refuse_customer_keys!(input)?;
        let checksum = sent_checksums!(input)?.into_iter().next();
        let parts = input.multipart_upload.and_then(|upload| upload.parts).unwrap_or_default();
        let (bucket, key) = (input.bucket.clone(), input.key.clone());
        let written = self.complete_upload(CompletionRequest {
            object: object_access(context, input.bucket, input.key, None, input.expected_bucket_owner),
            upload: input.upload_id.unwrap_or_default(),
            parts: parts.iter().map(part).collect::<Result<_, _>>()?,
            checksum,
            checksum_type: parse_checksum_type(input.checksum_type.as_deref()),
            size: input.mpu_object_size.map(|size| u64::try_from(size).unwrap_or(0)),
            condition: write_condition(input.if_match, input.if_none_match)?,
            cause: cause(context, Action::CompleteMultipartUpload),
        });
        let written = written.await?;
        let mut output = CompleteMultipartUploadOutput {
            location: location(context, bucket.as_deref(), key.as_deref()),
            bucket,
            key,
            e_tag: quoted(&written.content.etag),
            server_side_encryption: encryption(),
            version_id: written.version_id,
            ..CompleteMultipartUploadOutput::default()
        };
        if let Some(checksum) = written.content.description.checksum {
            output.checksum_type = Some(checksum_type_name(checksum.kind).to_owned());
            show_checksum!(output, checksum.algorithm, checksum.value);
        }
        Ok(output)
    }
}

fn part(part: &shapes::CompletedPart) -> Result<CompletedPart, S3Error> {
    let etag = part.e_tag.as_deref().ok_or(S3Error::MalformedDocument)?;
    Ok(CompletedPart {
        number: part.part_number.ok_or(S3Error::MalformedDocument)?,
        etag: unquoted(etag).to_owned(),
        checksum: sent_checksums!(part)?.into_iter().next(),
    })
}

/// Where the object is to be had.
fn location(context: &RequestContext, bucket: Option<&str>, key: Option<&str>) -> Option<String> {
    Some(format!("{}/{}/{}", context.base_url, bucket?, key?))
}
