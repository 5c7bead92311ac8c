//! The operations on objects.

mod checksums;
mod copy_object;
mod delete_object;
mod delete_object_tagging;
mod delete_objects;
mod described;
mod get_object;
mod get_object_acl;
mod get_object_attributes;
mod get_object_tagging;
mod head_object;
mod put_object;
mod put_object_acl;
mod put_object_tagging;
mod unserved;

pub(super) use self::checksums::{
    checksum_name, checksum_type_name, parse_algorithm, parse_checksum_type, sent_checksums, show_checksum,
};
pub(super) use self::copy_object::source as copy_source;
pub(super) use self::described::{content_encoding, description, kept_headers, object_acl};
pub(super) use self::unserved::{check_encryption, refuse_customer_keys, refuse_locks};

/// What S3 says of every object that is encrypted with a key of its own.
const ENCRYPTION: &str = "AES256";

pub(super) fn encryption() -> Option<String> {
    Some(ENCRYPTION.to_owned())
}

pub(super) fn quoted(etag: &str) -> Option<String> {
    Some(format!("\"{etag}\""))
}

/// A count or a size in a shape.
pub(super) fn number<T: TryFrom<u64>>(value: u64) -> Option<T> {
    T::try_from(value).ok()
}
