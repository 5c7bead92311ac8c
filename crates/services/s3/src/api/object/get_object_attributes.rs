use hob_storage::{ObjectChecksum, PartRecord};
use hob_wire::{AwsError, Handle, RequestContext};

use super::{checksum_type_name, number, refuse_customer_keys, show_checksum};
use crate::S3;
use crate::api::context::object_access;
use crate::api::list::part_page;
use crate::api::shapes::{
    Checksum, GetObjectAttributes, GetObjectAttributesOutput, GetObjectAttributesParts,
    GetObjectAttributesRequest, ObjectPart,
};
use crate::object::Attributes;

impl Handle<GetObjectAttributes> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetObjectAttributesRequest,
    ) -> Result<GetObjectAttributesOutput, AwsError> {
        refuse_customer_keys!(input)?;
        let (after, limit) = part_page(input.part_number_marker, input.max_parts)?;
        let owner = input.expected_bucket_owner;
        let object = object_access(context, input.bucket, input.key, input.version_id, owner);
        let attributes = self.attributes(&object, after, limit).await?;
        let wanted = input.object_attributes.unwrap_or_default();
        let is_wanted = |name: &str| wanted.iter().any(|wanted| wanted == name);
        let content = &attributes.existing.content;
        let class = content.description.storage_class.clone();
        Ok(GetObjectAttributesOutput {
            last_modified: Some(attributes.existing.object.modified),
            version_id: attributes.existing.version_id.clone(),
            e_tag: Some(content.etag.clone()).filter(|_| is_wanted("ETag")),
            checksum: content.description.checksum.clone().filter(|_| is_wanted("Checksum")).map(checksum),
            object_parts: is_wanted("ObjectParts").then(|| parts(&attributes, after, limit)).flatten(),
            storage_class: is_wanted("StorageClass").then(|| class.unwrap_or("STANDARD".to_owned())),
            object_size: number(content.size).filter(|_| is_wanted("ObjectSize")),
            ..GetObjectAttributesOutput::default()
        })
    }
}

fn checksum(checksum: ObjectChecksum) -> Checksum {
    let kind = checksum_type_name(checksum.kind).to_owned();
    let mut shown = Checksum { checksum_type: Some(kind), ..Checksum::default() };
    show_checksum!(shown, checksum.algorithm, checksum.value);
    shown
}

/// `None`: the object came in one piece.
fn parts(attributes: &Attributes, after: u32, limit: usize) -> Option<GetObjectAttributesParts> {
    let content = &attributes.existing.content;
    let count = content.parts?;
    let algorithm = content.description.checksum.as_ref().map(|checksum| checksum.algorithm);
    let describe = |part: &PartRecord| {
        let mut shown = ObjectPart {
            part_number: number(u64::from(part.number)),
            size: number(part.size),
            ..ObjectPart::default()
        };
        if let (Some(algorithm), Some(value)) = (algorithm, &part.checksum) {
            show_checksum!(shown, algorithm, value.clone());
        }
        shown
    };
    let items = &attributes.parts.items;
    Some(GetObjectAttributesParts {
        total_parts_count: number(u64::from(count)),
        part_number_marker: number(u64::from(after)),
        next_part_number_marker: items.last().and_then(|part| number(u64::from(part.number))),
        max_parts: number(limit as u64),
        is_truncated: Some(attributes.parts.is_truncated),
        parts: Some(items.iter().map(describe).collect()),
    })
}
