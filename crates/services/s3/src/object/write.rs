use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hob_storage::{
    ChecksumAlgorithm, ChecksumType, NewObject, ObjectChecksum, ObjectContent, ObjectDescription,
    ObjectWrite, ObjectWritten, WriteCondition,
};
use hob_types::hexadecimal;
use hob_wire::ByteStream;

use super::{ObjectAccess, Received, check_key, unquoted};
use crate::announce::Cause;
use crate::checksum::{Digests, Expected};
use crate::{S3, S3Error};

/// In one piece. Source: the S3 User Guide, "Uploading objects".
pub(crate) const OBJECT_BYTES_MAX: u64 = 5 << 30;
/// Keys and values together. Source: the S3 User Guide, "Working with object metadata".
const METADATA_BYTES_MAX: usize = 2 << 10;

/// An object that somebody puts.
pub(crate) struct Put {
    pub(crate) object: ObjectAccess,
    pub(crate) description: ObjectDescription,
    pub(crate) body: ByteStream,
    pub(crate) expected: Expected,
    pub(crate) condition: WriteCondition,
    pub(crate) cause: Cause,
}

/// An object that has been put.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) content: ObjectContent,
    /// `None`: the bucket never kept versions.
    pub(crate) version_id: Option<String>,
}

impl S3 {
    pub(crate) async fn put(&self, put: Put) -> Result<Written, S3Error> {
        check_key(&put.object.key)?;
        check_metadata(&put.description)?;
        let declared = put.expected.parse()?;
        self.bucket(&put.object.bucket).await?;
        let Received { file, digests, algorithm } =
            self.receive(&put.body, &declared, None, OBJECT_BYTES_MAX).await?;
        let content = ObjectContent {
            size: file.size(),
            etag: hexadecimal(&digests.md5),
            parts: None,
            description: ObjectDescription {
                checksum: full_checksum(&digests, algorithm),
                ..put.description
            },
        };
        let object = NewObject { name: put.object.name(), content: content.clone(), file };
        let condition = condition_name(&put.condition);
        let written = self.objects.put(object, self.object_write(put.condition, put.cause)).await?;
        Ok(Written { content, version_id: written_version(written, &put.object, condition)? })
    }

    pub(crate) fn object_write(&self, condition: WriteCondition, cause: Cause) -> ObjectWrite {
        ObjectWrite { now: self.now(), version_id: self.new_id(), condition, announce: self.announce(cause) }
    }
}

pub(crate) fn written_version(
    written: ObjectWritten,
    object: &ObjectAccess,
    condition: &'static str,
) -> Result<Option<String>, S3Error> {
    match written {
        ObjectWritten::Written { version_id } => Ok(version_id),
        ObjectWritten::NoBucket => Err(S3Error::NoBucket(object.bucket.bucket.clone())),
        ObjectWritten::NoKey => Err(S3Error::NoKey(object.key.clone())),
        ObjectWritten::ConditionFailed => Err(S3Error::PreconditionFailed(condition)),
    }
}

/// What the caller calls it.
pub(crate) fn condition_name(condition: &WriteCondition) -> &'static str {
    match condition {
        WriteCondition::Absent => "If-None-Match",
        WriteCondition::None | WriteCondition::Present | WriteCondition::ETag(_) => "If-Match",
    }
}

pub(crate) fn full_checksum(digests: &Digests, algorithm: ChecksumAlgorithm) -> Option<ObjectChecksum> {
    let value = BASE64.encode(digests.checksum(algorithm)?);
    Some(ObjectChecksum { algorithm, value, kind: ChecksumType::FullObject })
}

pub(crate) fn check_metadata(description: &ObjectDescription) -> Result<(), S3Error> {
    let bytes = description.metadata.iter().map(|(key, value)| key.len() + value.len()).sum();
    if bytes > METADATA_BYTES_MAX { Err(S3Error::MetadataTooLarge(bytes)) } else { Ok(()) }
}

/// What `If-Match` and `If-None-Match` ask of a write. S3 knows of the latter only whether there is anything.
pub(crate) fn write_condition(
    if_match: Option<String>,
    if_none_match: Option<String>,
) -> Result<WriteCondition, S3Error> {
    match (if_match, if_none_match.as_deref().map(unquoted)) {
        (None, None) => Ok(WriteCondition::None),
        (None, Some("*")) => Ok(WriteCondition::Absent),
        (Some(etag), None) if etag == "*" => Ok(WriteCondition::Present),
        (Some(etag), None) => Ok(WriteCondition::ETag(unquoted(&etag).to_owned())),
        (_, Some(_)) => Err(S3Error::Unserved("If-None-Match with an ETag, or beside If-Match")),
    }
}
