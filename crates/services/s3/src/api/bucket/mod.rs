//! The operations on buckets themselves.

mod create_bucket;
mod delete_bucket;
mod get_bucket_location;
mod get_bucket_versioning;
mod head_bucket;
mod list_buckets;
mod put_bucket_versioning;
