use hob_wire::{AwsError, Handle, RequestContext};

use super::{
    check_encryption, checksum_type_name, description, encryption, object_acl, parse_algorithm, quoted,
    refuse_customer_keys, refuse_locks, sent_checksums, show_checksum,
};
use crate::announce::Action;
use crate::api::context::{cause, object_access};
use crate::api::shapes::{PutObject, PutObjectOutput, PutObjectRequest};
use crate::checksum::Expected;
use crate::object::{Put, Written, parse_tagging_header, write_condition};
use crate::{S3, S3Error};

impl Handle<PutObject> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        mut input: PutObjectRequest,
    ) -> Result<PutObjectOutput, AwsError> {
        refuse_customer_keys!(input)?;
        refuse_locks!(input)?;
        check_encryption(input.server_side_encryption.as_deref())?;
        if input.write_offset_bytes.is_some() {
            return Err(S3Error::Unserved("x-amz-write-offset-bytes").into());
        }
        let (bucket, owner) = (input.bucket.take(), input.expected_bucket_owner.take());
        let object = object_access(context, bucket, input.key.take(), None, owner);
        let mut description = description!(input);
        description.tags =
            input.tagging.as_deref().map(parse_tagging_header).transpose()?.unwrap_or_default();
        description.acl = object_acl!(self, &object.bucket, input).await?;
        let put = Put {
            object,
            description,
            expected: Expected {
                content_md5: input.content_md5.take(),
                algorithm: parse_algorithm(input.checksum_algorithm.as_deref())?,
                checksums: sent_checksums!(input)?,
            },
            body: input.body.unwrap_or_default(),
            condition: write_condition(input.if_match, input.if_none_match)?,
            cause: cause(context, Action::Put),
        };
        Ok(describe(self.put(put).await?))
    }
}

fn describe(written: Written) -> PutObjectOutput {
    let content = written.content;
    let mut output = PutObjectOutput {
        e_tag: quoted(&content.etag),
        version_id: written.version_id,
        server_side_encryption: encryption(),
        ..PutObjectOutput::default()
    };
    if let Some(checksum) = content.description.checksum {
        output.checksum_type = Some(checksum_type_name(checksum.kind).to_owned());
        show_checksum!(output, checksum.algorithm, checksum.value);
    }
    output
}
