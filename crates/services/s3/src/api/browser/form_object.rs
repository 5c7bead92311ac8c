//! The object that a form describes.

use hob_storage::{ChecksumAlgorithm, ObjectDescription};
use hob_wire::AwsError;

use crate::api::error;
use crate::checksum::Expected;
use crate::form::Fields;

/// Fields that become headers of the object.
const HEADERS: [&str; 5] =
    ["cache-control", "content-disposition", "content-encoding", "content-language", "expires"];
const METADATA: &str = "x-amz-meta-";
const CHECKSUMS: [(&str, ChecksumAlgorithm); 5] = [
    ("x-amz-checksum-crc32", ChecksumAlgorithm::Crc32),
    ("x-amz-checksum-crc32c", ChecksumAlgorithm::Crc32c),
    ("x-amz-checksum-crc64nvme", ChecksumAlgorithm::Crc64Nvme),
    ("x-amz-checksum-sha1", ChecksumAlgorithm::Sha1),
    ("x-amz-checksum-sha256", ChecksumAlgorithm::Sha256),
];
/// What would have to be honoured and is not.
const UNSERVED: [&str; 6] = [
    "tagging",
    "x-amz-website-redirect-location",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-object-lock-mode",
    "x-amz-object-lock-retain-until-date",
];

pub(super) fn check_served(fields: &Fields) -> Result<(), AwsError> {
    let encryption = fields.get("x-amz-server-side-encryption").filter(|kind| *kind != "AES256");
    let unserved = UNSERVED.into_iter().find(|name| fields.get(name).is_some());
    match unserved.or(encryption.map(|_| "x-amz-server-side-encryption")) {
        Some(name) => Err(error::form_field_unserved(name)),
        None => Ok(()),
    }
}

/// The file's own content type counts for nothing, as on AWS: the form has a field for it.
pub(super) fn describe(fields: &Fields) -> ObjectDescription {
    let mut description = ObjectDescription::default();
    let content_type = fields.get("content-type").unwrap_or("binary/octet-stream");
    description.headers.insert("content-type".to_owned(), content_type.to_owned());
    for (name, value) in fields.iter() {
        if HEADERS.contains(&name) {
            description.headers.insert(name.to_owned(), value.to_owned());
        } else if let Some(name) = name.strip_prefix(METADATA) {
            description.metadata.insert(name.to_owned(), value.to_owned());
        }
    }
    let class = fields.get("x-amz-storage-class").filter(|class| *class != "STANDARD");
    description.storage_class = class.map(str::to_owned);
    description
}

pub(super) fn expect(fields: &Fields) -> Expected {
    let checksums = CHECKSUMS
        .iter()
        .filter_map(|(name, algorithm)| fields.get(name).map(|value| (*algorithm, value.to_owned())));
    Expected {
        content_md5: fields.get("content-md5").map(str::to_owned),
        algorithm: None,
        checksums: checksums.collect(),
    }
}
