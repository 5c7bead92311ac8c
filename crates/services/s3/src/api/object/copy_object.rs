use hob_wire::{AwsError, Handle, RequestContext};

use super::{
    check_encryption, checksum_type_name, description, encryption, object_acl, parse_algorithm, quoted,
    refuse_customer_keys, refuse_locks, show_checksum,
};
use crate::announce::Action;
use crate::api::context::{cause, object_access};
use crate::api::shapes::{CopyObject, CopyObjectOutput, CopyObjectRequest, CopyObjectResult};
use crate::object::{
    Copied, Copy, CopySource, ObjectAccess, ReadConditions, Tags, parse_tagging_header, write_condition,
};
use crate::{S3, S3Error};

impl Handle<CopyObject> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        mut input: CopyObjectRequest,
    ) -> Result<CopyObjectOutput, AwsError> {
        refuse_customer_keys!(input)?;
        refuse_locks!(input)?;
        check_encryption(input.server_side_encryption.as_deref())?;
        refuse_source_keys(&input)?;
        let source = source(context, input.copy_source.take(), input.expected_source_bucket_owner.take())?;
        let (bucket, owner) = (input.bucket.take(), input.expected_bucket_owner.take());
        let target = object_access(context, bucket, input.key.take(), None, owner);
        let storage_class = input.storage_class.clone();
        let is_replaced = is_replace(input.metadata_directive.as_deref());
        let copy = Copy {
            source,
            source_conditions: ReadConditions {
                if_match: input.copy_source_if_match.take(),
                if_none_match: input.copy_source_if_none_match.take(),
                if_modified_since: input.copy_source_if_modified_since,
                if_unmodified_since: input.copy_source_if_unmodified_since,
            },
            acl: object_acl!(self, &target.bucket, input).await?,
            target,
            tags: tags(&input)?,
            description: Some(description!(input)).filter(|_| is_replaced),
            storage_class,
            is_encrypted: input.server_side_encryption.is_some(),
            algorithm: parse_algorithm(input.checksum_algorithm.as_deref())?,
            condition: write_condition(input.if_match, input.if_none_match)?,
            cause: cause(context, Action::Copy),
        };
        Ok(describe(self.copy(copy).await?))
    }
}

/// What a request wants to copy from.
pub(in crate::api) fn source(
    context: &RequestContext,
    header: Option<String>,
    expected_owner: Option<String>,
) -> Result<ObjectAccess, S3Error> {
    let CopySource { bucket, key, version_id } = CopySource::parse(&header.unwrap_or_default())?;
    Ok(object_access(context, Some(bucket), Some(key), version_id, expected_owner))
}

fn refuse_source_keys(input: &CopyObjectRequest) -> Result<(), S3Error> {
    if input.copy_source_sse_customer_algorithm.is_some() {
        return Err(S3Error::Unserved("Server-side encryption with customer-provided keys"));
    }
    match input.annotation_directive.as_deref() {
        None | Some("EXCLUDE") => Ok(()),
        Some(_) => Err(S3Error::Unserved("x-amz-annotation-directive")),
    }
}

fn is_replace(directive: Option<&str>) -> bool {
    directive == Some("REPLACE")
}

/// `None`: those of the source.
fn tags(input: &CopyObjectRequest) -> Result<Option<Tags>, S3Error> {
    let header = input.tagging.as_deref();
    if is_replace(input.tagging_directive.as_deref()) {
        return parse_tagging_header(header.unwrap_or_default()).map(Some);
    }
    Ok(None)
}

fn describe(copied: Copied) -> CopyObjectOutput {
    let content = copied.written.content;
    let mut result = CopyObjectResult {
        e_tag: quoted(&content.etag),
        last_modified: Some(copied.modified),
        ..CopyObjectResult::default()
    };
    if let Some(checksum) = content.description.checksum {
        result.checksum_type = Some(checksum_type_name(checksum.kind).to_owned());
        show_checksum!(result, checksum.algorithm, checksum.value);
    }
    CopyObjectOutput {
        copy_object_result: Some(result),
        copy_source_version_id: copied.source_version_id,
        version_id: copied.written.version_id,
        server_side_encryption: encryption(),
        ..CopyObjectOutput::default()
    }
}
