use rusqlite::Connection;

use super::events::Announcing;
use super::row::next_sequence;
use super::versions::{self, Verdict};
use super::{buckets, parts};
use crate::{
    BucketRecord, NULL_VERSION, ObjectChange, ObjectChangeKind, ObjectContent, ObjectName, ObjectRecord,
    ObjectWrite, ObjectWritten, PartRecord, StorageError, Versioning,
};

/// Makes these parts an object.
pub(super) fn put(
    connection: &Connection,
    name: &ObjectName,
    content: ObjectContent,
    files: &[PartRecord],
    mut write: ObjectWrite,
) -> Result<ObjectWritten, StorageError> {
    let Some(bucket) = buckets::get(connection, &name.bucket)? else { return Ok(ObjectWritten::NoBucket) };
    match versions::check(&write.condition, versions::latest(connection, name)?.as_ref()) {
        Verdict::Go => {}
        Verdict::NoKey => return Ok(ObjectWritten::NoKey),
        Verdict::Failed => return Ok(ObjectWritten::ConditionFailed),
    }
    let object = new_version(connection, &bucket, name, Some(content), &write)?;
    for part in files {
        parts::insert(connection, object.sequence, part)?;
    }
    let version_id = (bucket.versioning != Versioning::Unversioned).then(|| object.version_id.clone());
    let (size, etag) =
        object.content.as_ref().map_or((0, ""), |content| (content.size, content.etag.as_str()));
    let mut announcing =
        Announcing { connection, bucket: &bucket, announce: &mut write.announce, now: write.now };
    announcing.change(&ObjectChange {
        kind: ObjectChangeKind::Created,
        key: &name.key,
        version_id: version_id.as_deref(),
        sequence: object.sequence,
        size,
        etag,
    })?;
    Ok(ObjectWritten::Written { version_id })
}

/// Adds a version, or puts it in the place of the version `null`.
fn new_version(
    connection: &Connection,
    bucket: &BucketRecord,
    name: &ObjectName,
    content: Option<ObjectContent>,
    write: &ObjectWrite,
) -> Result<ObjectRecord, StorageError> {
    let version_id = match bucket.versioning {
        Versioning::Enabled => write.version_id.clone(),
        Versioning::Unversioned | Versioning::Suspended => NULL_VERSION.to_owned(),
    };
    add(connection, name, version_id, content, write.now)
}

pub(super) fn add(
    connection: &Connection,
    name: &ObjectName,
    version_id: String,
    content: Option<ObjectContent>,
    now: hob_types::Timestamp,
) -> Result<ObjectRecord, StorageError> {
    if version_id == NULL_VERSION {
        versions::remove_null(connection, name)?;
    }
    let object = ObjectRecord {
        key: name.key.clone(),
        version_id,
        sequence: next_sequence(connection)?,
        is_latest: true,
        modified: now,
        content,
    };
    versions::insert(connection, &name.bucket, &object)?;
    Ok(object)
}
