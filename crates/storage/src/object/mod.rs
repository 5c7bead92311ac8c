//! S3's buckets, the objects in them, and what is told of their changes.
//!
//! An object's content is one file or several ([`FileId`]), which are durable before the row that refers to them is
//! written; whatever no row refers to is no object, and is removed sooner or later. What a change means to others
//! is written as an event in the same transaction ([`Announce`]).

mod announce;
mod bucket;
mod content;
mod description;
mod listing;
mod record;
mod store;
mod upload;

pub use self::announce::{
    Announce, ObjectChange, ObjectChangeKind, ObjectEventRecord, ObjectEventStore, announce_nothing,
};
pub use self::bucket::{BucketDeleted, BucketRecord, BucketStore, Versioning};
pub use self::content::{ContentStore, FileId, NewFile, ObjectReader, PartRecord, StoredFile};
pub(crate) use self::content::{Piece, Unused};
pub use self::description::{ChecksumAlgorithm, ChecksumType, ObjectChecksum, ObjectDescription};
pub use self::listing::{Listed, Listing, ListingQuery, ListingStart};
pub use self::record::{NULL_VERSION, ObjectContent, ObjectName, ObjectRecord};
pub use self::store::{
    DescriptionChange, NewObject, ObjectDeleted, ObjectDeletion, ObjectFound, ObjectStore, ObjectWrite,
    ObjectWritten, WriteCondition,
};
pub use self::upload::{Completion, NewPart, UploadCompleted, UploadRecord, UploadStore, UploadedPart};
