use hob_types::Timestamp;

use super::ObjectDescription;

/// What an object is called that was put while its bucket kept no versions.
pub const NULL_VERSION: &str = "null";

/// Names one object with all of its versions.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectName {
    pub bucket: String,
    pub key: String,
}

/// One version of an object, or a marker that it was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectRecord {
    pub key: String,
    /// [`NULL_VERSION`] or what the writer called it; unique for the key.
    pub version_id: String,
    /// Grows with every change of any object, and names this version in the store.
    pub sequence: u64,
    pub is_latest: bool,
    pub modified: Timestamp,
    /// `None`: a delete marker.
    pub content: Option<ObjectContent>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectContent {
    /// In bytes.
    pub size: u64,
    /// Without quotes.
    pub etag: String,
    /// How many parts it was uploaded in; `None`: in one piece.
    pub parts: Option<u32>,
    pub description: ObjectDescription,
}
