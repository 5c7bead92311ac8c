use hob_wire::{AwsError, Handle, RequestContext};

use crate::S3;
use crate::api::context::object_access;
use crate::api::object::{
    check_encryption, checksum_name, checksum_type_name, description, encryption, object_acl,
    parse_algorithm, parse_checksum_type, refuse_customer_keys, refuse_locks,
};
use crate::api::shapes::{CreateMultipartUpload, CreateMultipartUploadOutput, CreateMultipartUploadRequest};
use crate::multipart::UploadCreation;
use crate::object::parse_tagging_header;

impl Handle<CreateMultipartUpload> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        mut input: CreateMultipartUploadRequest,
    ) -> Result<CreateMultipartUploadOutput, AwsError> {
        refuse_customer_keys!(input)?;
        refuse_locks!(input)?;
        check_encryption(input.server_side_encryption.as_deref())?;
        let (bucket, owner) = (input.bucket.take(), input.expected_bucket_owner.take());
        let object = object_access(context, bucket, input.key.take(), None, owner);
        let mut description = description!(input);
        description.tags =
            input.tagging.as_deref().map(parse_tagging_header).transpose()?.unwrap_or_default();
        description.acl = object_acl!(self, &object.bucket, input).await?;
        let creation = UploadCreation {
            object,
            description,
            algorithm: parse_algorithm(input.checksum_algorithm.as_deref())?,
            checksum_type: parse_checksum_type(input.checksum_type.as_deref()),
        };
        let upload = self.create_upload(creation).await?;
        Ok(CreateMultipartUploadOutput {
            bucket: Some(upload.object.bucket),
            key: Some(upload.object.key),
            upload_id: Some(upload.id),
            server_side_encryption: encryption(),
            checksum_algorithm: upload.checksum.map(|(algorithm, _)| checksum_name(algorithm).to_owned()),
            checksum_type: upload.checksum.map(|(_, kind)| checksum_type_name(kind).to_owned()),
            ..CreateMultipartUploadOutput::default()
        })
    }
}
