use hob_storage::{Listed, ListingStart, ObjectContent, ObjectRecord};
use hob_wire::{AwsError, Handle, RequestContext};

use super::common::{Encoding, common_prefixes, ones, owner, some, storage_class};
use crate::api::configuration::access;
use crate::api::object::{checksum_name, checksum_type_name, number, quoted};
use crate::api::shapes::{
    DeleteMarkerEntry, ListObjectVersions, ListObjectVersionsOutput, ListObjectVersionsRequest,
    ObjectVersion, Owner,
};
use crate::object::ListRequest;
use crate::{S3, S3Error};

impl Handle<ListObjectVersions> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListObjectVersionsRequest,
    ) -> Result<ListObjectVersionsOutput, AwsError> {
        let encoding = Encoding::of(input.encoding_type.as_deref());
        let prefix = input.prefix.unwrap_or_default();
        let delimiter = input.delimiter.filter(|delimiter| !delimiter.is_empty());
        let (key, version) = (input.key_marker.unwrap_or_default(), input.version_id_marker);
        let request = ListRequest {
            bucket: access(context, input.bucket.clone(), input.expected_bucket_owner),
            start: start(&prefix, delimiter.as_deref(), key.clone(), version.clone())?,
            prefix,
            delimiter,
            limit: ListRequest::limit("max-keys", input.max_keys)?,
        };
        let listing = self.list_versions(&request).await?;
        let (next_key, next_version) = match listing.items.last().filter(|_| listing.is_truncated) {
            None => (None, None),
            Some(Listed::Prefix(prefix)) => (Some(prefix.as_str()), None),
            Some(Listed::One(record)) => (Some(record.key.as_str()), Some(record.version_id.clone())),
        };
        let owner = owner(&context.account);
        let with_content = ones(&listing).filter_map(|record| Some((record, record.content.as_ref()?)));
        let versions = with_content.map(|(record, content)| entry(record, content, encoding, owner.clone()));
        let markers = ones(&listing).filter(|record| record.content.is_none());
        let markers = markers.map(|record| marker(record, encoding, owner.clone()));
        Ok(ListObjectVersionsOutput {
            is_truncated: Some(listing.is_truncated),
            key_marker: Some(encoding.write(&key)),
            version_id_marker: Some(version.unwrap_or_default()),
            next_key_marker: encoding.write_some(next_key),
            next_version_id_marker: next_version,
            versions: some(versions.collect()),
            delete_markers: some(markers.collect()),
            name: input.bucket,
            prefix: Some(encoding.write(&request.prefix)),
            delimiter: encoding.write_some(request.delimiter.as_deref()),
            max_keys: number(request.limit as u64),
            common_prefixes: common_prefixes(&listing, encoding),
            encoding_type: input.encoding_type,
            request_charged: None,
        })
    }
}

fn start(
    prefix: &str,
    delimiter: Option<&str>,
    key: String,
    version: Option<String>,
) -> Result<ListingStart, S3Error> {
    match version.filter(|version| !version.is_empty()) {
        Some(id) if key.is_empty() => Err(S3Error::InvalidArgument {
            name: "version-id-marker",
            value: id,
            message: "A version-id marker cannot be specified without a key marker.",
        }),
        Some(id) => Ok(ListingStart::Within { key, id }),
        None => Ok(ListRequest::after_marker(prefix, delimiter, key)),
    }
}

fn entry(record: &ObjectRecord, content: &ObjectContent, encoding: Encoding, owner: Owner) -> ObjectVersion {
    let checksum = content.description.checksum.as_ref();
    ObjectVersion {
        e_tag: quoted(&content.etag),
        checksum_algorithm: checksum.map(|checksum| vec![checksum_name(checksum.algorithm).to_owned()]),
        checksum_type: checksum.map(|checksum| checksum_type_name(checksum.kind).to_owned()),
        size: number(content.size),
        storage_class: storage_class(content.description.storage_class.as_deref()),
        key: Some(encoding.write(&record.key)),
        version_id: Some(record.version_id.clone()),
        is_latest: Some(record.is_latest),
        last_modified: Some(record.modified),
        owner: Some(owner),
        restore_status: None,
    }
}

fn marker(record: &ObjectRecord, encoding: Encoding, owner: Owner) -> DeleteMarkerEntry {
    DeleteMarkerEntry {
        owner: Some(owner),
        key: Some(encoding.write(&record.key)),
        version_id: Some(record.version_id.clone()),
        is_latest: Some(record.is_latest),
        last_modified: Some(record.modified),
    }
}
