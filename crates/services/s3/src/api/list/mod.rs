//! The operations that list what is in a bucket.

mod common;
mod list_multipart_uploads;
mod list_object_versions;
mod list_objects;
mod list_objects_v2;
mod list_parts;

pub(super) use self::list_parts::part_page;
