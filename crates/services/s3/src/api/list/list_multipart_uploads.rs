use hob_storage::{Listed, ListingStart, UploadRecord};
use hob_wire::{AwsError, Handle, RequestContext};

use super::common::{Encoding, common_prefixes, ones, owner, some, storage_class};
use crate::S3;
use crate::api::configuration::access;
use crate::api::object::{checksum_name, checksum_type_name, number};
use crate::api::shapes::{
    Initiator, ListMultipartUploads, ListMultipartUploadsOutput, ListMultipartUploadsRequest,
    MultipartUpload, Owner,
};
use crate::object::ListRequest;

impl Handle<ListMultipartUploads> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListMultipartUploadsRequest,
    ) -> Result<ListMultipartUploadsOutput, AwsError> {
        let encoding = Encoding::of(input.encoding_type.as_deref());
        let prefix = input.prefix.unwrap_or_default();
        let delimiter = input.delimiter.filter(|delimiter| !delimiter.is_empty());
        let (key, id) = (input.key_marker.unwrap_or_default(), input.upload_id_marker.unwrap_or_default());
        let start = match key.is_empty() || id.is_empty() {
            // Without a key the other marker says nothing.
            true => ListRequest::after_marker(&prefix, delimiter.as_deref(), key.clone()),
            false => ListingStart::Within { key: key.clone(), id: id.clone() },
        };
        let request = ListRequest {
            bucket: access(context, input.bucket.clone(), input.expected_bucket_owner),
            prefix,
            delimiter,
            start,
            limit: ListRequest::limit("max-uploads", input.max_uploads)?,
        };
        let listing = self.list_uploads(&request).await?;
        let (next_key, next_id) = match listing.items.last().filter(|_| listing.is_truncated) {
            None => (None, None),
            Some(Listed::Prefix(prefix)) => (Some(prefix.as_str()), None),
            Some(Listed::One(upload)) => (Some(upload.object.key.as_str()), Some(upload.id.clone())),
        };
        let owner = owner(&context.account);
        Ok(ListMultipartUploadsOutput {
            bucket: input.bucket,
            key_marker: Some(encoding.write(&key)),
            upload_id_marker: Some(id),
            next_key_marker: encoding.write_some(next_key),
            next_upload_id_marker: next_id,
            prefix: Some(encoding.write(&request.prefix)),
            delimiter: encoding.write_some(request.delimiter.as_deref()),
            max_uploads: number(request.limit as u64),
            is_truncated: Some(listing.is_truncated),
            uploads: some(ones(&listing).map(|upload| entry(upload, encoding, owner.clone())).collect()),
            common_prefixes: common_prefixes(&listing, encoding),
            encoding_type: input.encoding_type,
            request_charged: None,
        })
    }
}

fn entry(upload: &UploadRecord, encoding: Encoding, owner: Owner) -> MultipartUpload {
    MultipartUpload {
        upload_id: Some(upload.id.clone()),
        key: Some(encoding.write(&upload.object.key)),
        initiated: Some(upload.initiated),
        storage_class: storage_class(upload.description.storage_class.as_deref()),
        initiator: Some(Initiator { id: owner.id.clone(), ..Initiator::default() }),
        owner: Some(owner),
        checksum_algorithm: upload.checksum.map(|(algorithm, _)| checksum_name(algorithm).to_owned()),
        checksum_type: upload.checksum.map(|(_, kind)| checksum_type_name(kind).to_owned()),
        ..MultipartUpload::default()
    }
}
