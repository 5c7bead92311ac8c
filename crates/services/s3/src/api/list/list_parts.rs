use hob_storage::UploadedPart;
use hob_wire::{AwsError, Handle, RequestContext};

use super::common::{owner, some, storage_class};
use crate::api::context::object_access;
use crate::api::object::{
    checksum_name, checksum_type_name, number, quoted, refuse_customer_keys, show_checksum,
};
use crate::api::shapes::{Initiator, ListParts, ListPartsOutput, ListPartsRequest, Part};
use crate::multipart::Parts;
use crate::object::ListRequest;
use crate::{S3, S3Error};

impl Handle<ListParts> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListPartsRequest,
    ) -> Result<ListPartsOutput, AwsError> {
        refuse_customer_keys!(input)?;
        let (after, limit) = part_page(input.part_number_marker, input.max_parts)?;
        let expected = input.expected_bucket_owner;
        let object = object_access(context, input.bucket.clone(), input.key.clone(), None, expected);
        let id = input.upload_id.unwrap_or_default();
        let Parts { upload, page } = self.list_parts(&object, &id, after, limit).await?;
        let owner = owner(&context.account);
        let last = page.items.last().map_or(after, |last| last.part.number);
        let with_checksum = upload.checksum.is_some();
        let parts = page.items.iter().map(|part| describe(part, with_checksum));
        Ok(ListPartsOutput {
            bucket: input.bucket,
            key: input.key,
            upload_id: Some(id),
            part_number_marker: number(u64::from(after)),
            next_part_number_marker: number(u64::from(last)),
            max_parts: number(limit as u64),
            is_truncated: Some(page.is_truncated),
            parts: some(parts.collect()),
            initiator: Some(Initiator { id: owner.id.clone(), ..Initiator::default() }),
            owner: Some(owner),
            storage_class: storage_class(upload.description.storage_class.as_deref()),
            checksum_algorithm: upload.checksum.map(|(algorithm, _)| checksum_name(algorithm).to_owned()),
            checksum_type: upload.checksum.map(|(_, kind)| checksum_type_name(kind).to_owned()),
            ..ListPartsOutput::default()
        })
    }
}

/// After which part, and how many.
pub(in crate::api) fn part_page(marker: Option<i32>, max: Option<i32>) -> Result<(u32, usize), S3Error> {
    let after = u32::try_from(marker.unwrap_or_default()).map_err(|_| S3Error::InvalidArgument {
        name: "part-number-marker",
        value: marker.unwrap_or_default().to_string(),
        message: "Provided part-number-marker not an integer or within integer range",
    })?;
    Ok((after, ListRequest::limit("max-parts", max)?))
}

fn describe(uploaded: &UploadedPart, with_checksum: bool) -> Part {
    let mut part = Part {
        part_number: number(u64::from(uploaded.part.number)),
        last_modified: Some(uploaded.modified),
        e_tag: quoted(&uploaded.etag),
        size: number(uploaded.part.size),
        ..Part::default()
    };
    if let Some((algorithm, value)) = uploaded.checksum.clone().filter(|_| with_checksum) {
        show_checksum!(part, algorithm, value);
    }
    part
}
