use hob_storage::{ChecksumAlgorithm, StorageError};
use hob_types::Timestamp;
use hob_wire::StreamError;

/// Why an operation was refused, in no one's words yet: those are in `api/error.rs`.
#[derive(Debug, thiserror::Error)]
pub enum S3Error {
    #[error("the bucket {0} does not exist")]
    NoBucket(String),
    #[error("the name is no bucket name: {0}")]
    InvalidBucketName(String),
    #[error("the bucket's name is taken by another account")]
    BucketExists,
    #[error("the caller has that bucket already")]
    BucketOwnedByYou,
    #[error("the bucket is not empty")]
    BucketNotEmpty(String),
    /// `None`: none was named.
    #[error("a bucket in {0:?} cannot be made from here")]
    IllegalLocation(Option<String>),
    #[error("{0} is no region")]
    InvalidLocation(String),
    #[error("the caller may not do that")]
    AccessDenied,
    #[error("the key {0} does not exist")]
    NoKey(String),
    #[error("the object has no version {version_id}")]
    NoVersion { key: String, version_id: String },
    /// The latest version is a delete marker.
    #[error("the object is deleted")]
    Deleted { key: String, version_id: String },
    /// The version that was asked for is a delete marker.
    #[error("a delete marker has no content")]
    IsDeleteMarker { version_id: String, modified: Timestamp },
    #[error("the key is longer than 1024 bytes")]
    KeyTooLong(usize),
    #[error("the object is as the caller knows it")]
    NotModified { etag: String, modified: Timestamp },
    #[error("the condition {0} does not hold")]
    PreconditionFailed(&'static str),
    #[error("the range is outside of the object")]
    InvalidRange { range: String, size: u64 },
    #[error("the object has no such part")]
    InvalidPartNumber { requested: u32, count: u32 },
    #[error("Content-MD5 is not a digest")]
    InvalidDigest(String),
    #[error("the content's MD5 is another")]
    WrongMd5 { expected: String, computed: String },
    #[error("the content's checksum is another")]
    WrongChecksum(ChecksumAlgorithm),
    #[error("the checksum is not one of {0:?}")]
    InvalidChecksum(ChecksumAlgorithm),
    #[error("several checksums")]
    SeveralChecksums,
    #[error("a checksum was announced and did not come")]
    MissingChecksum,
    /// Expected and found.
    #[error("the upload has checksums of {0:?}, not {1:?}")]
    OtherChecksum(ChecksumAlgorithm, ChecksumAlgorithm),
    #[error("{0:?} makes no such checksum of an upload")]
    ImpossibleChecksumType(ChecksumAlgorithm),
    #[error("no such upload")]
    NoUpload(String),
    #[error("part {number} was not uploaded, or is another")]
    InvalidPart { upload: String, number: u32, etag: String },
    #[error("the parts are out of order")]
    InvalidPartOrder(String),
    #[error("part {number} is too small")]
    PartTooSmall { number: u32, size: u64, etag: String },
    #[error("the object is too large")]
    TooLarge { size: u64, max: u64 },
    #[error("the parts have {found} bytes together, not {announced}")]
    WrongObjectSize { announced: u64, found: u64 },
    #[error("an object is copied to itself without a change")]
    CopyToItself,
    #[error("the source of a copy is too large")]
    CopySourceTooLarge,
    #[error("the source of a copy is a delete marker")]
    CopySourceIsDeleteMarker,
    #[error("the tags are refused: {0}")]
    InvalidTags(TagsProblem),
    #[error("user metadata of {0} bytes")]
    MetadataTooLarge(usize),
    /// A value that cannot be, in the words of AWS.
    #[error("{message}")]
    InvalidArgument { name: &'static str, value: String, message: &'static str },
    /// As it is, but in the words of AWS.
    #[error("{0}")]
    InvalidRequest(&'static str),
    #[error("the document says nothing sensible")]
    MalformedDocument,
    #[error("{0} is not served")]
    Unserved(&'static str),
    #[error("the {name} of the bucket {bucket} cannot be read: {error}")]
    UnreadableConfiguration { name: &'static str, bucket: String, error: String },
    #[error(transparent)]
    Stream(#[from] StreamError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TagsProblem {
    #[error("more than ten")]
    TooMany,
    #[error("a key twice")]
    DuplicateKey,
    #[error("a key that is empty, too long or reserved")]
    InvalidKey,
    #[error("a value that is too long")]
    InvalidValue,
    #[error("not written as a query")]
    Malformed,
}

impl From<std::io::Error> for S3Error {
    fn from(error: std::io::Error) -> Self {
        Self::Storage(error.into())
    }
}
