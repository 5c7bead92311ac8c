//! AWS's shapes and how the service answers them.

mod acl;
mod context;
mod encoding;
mod error;
mod headers;
mod unserved;

mod abort_multipart_upload;
mod complete_multipart_upload;
mod copy_object;
mod create_bucket;
mod create_multipart_upload;
mod delete_bucket;
mod delete_object;
mod delete_object_tagging;
mod delete_objects;
mod get_bucket_location;
mod get_bucket_versioning;
mod get_object;
mod get_object_acl;
mod get_object_attributes;
mod get_object_tagging;
mod head_bucket;
mod head_object;
mod list_buckets;
mod list_multipart_uploads;
mod list_object_versions;
mod list_objects;
mod list_objects_v2;
mod list_parts;
mod put_bucket_versioning;
mod put_object;
mod put_object_acl;
mod put_object_tagging;
mod upload_part;
mod upload_part_copy;
mod shapes {
    include!(concat!(env!("OUT_DIR"), "/shapes.rs"));
}
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::S3;

/// Answers the operations of S3.
pub fn service(s3: Arc<S3>) -> impl hob_wire::Service {
    shapes::service(s3)
}
