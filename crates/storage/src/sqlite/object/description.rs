use hob_types::Timestamp;
use rusqlite::Connection;

use super::events::Announcing;
use super::row::{json, next_sequence};
use super::{buckets, versions};
use crate::{
    Announce, DescriptionChange, ObjectChange, ObjectChangeKind, ObjectFound, ObjectName, StorageError,
};

pub(super) fn describe(
    connection: &Connection,
    name: &ObjectName,
    version_id: Option<&str>,
    change: DescriptionChange,
    announce: &mut Announce,
    now: Timestamp,
) -> Result<ObjectFound, StorageError> {
    const SQL: &str = "UPDATE object_version SET description = ?2 WHERE sequence = ?1";
    let mut found = versions::find(connection, name, version_id)?;
    let ObjectFound::Found { object, versioned } = &mut found else { return Ok(found) };
    let Some(content) = &mut object.content else { return Ok(found) };
    change(&mut content.description);
    connection.prepare_cached(SQL)?.execute((object.sequence, json(&content.description)?))?;
    let Some(bucket) = buckets::get(connection, &name.bucket)? else { return Ok(ObjectFound::NoBucket) };
    Announcing { connection, bucket: &bucket, announce, now }.change(&ObjectChange {
        kind: ObjectChangeKind::Described,
        key: &name.key,
        version_id: versioned.then_some(&object.version_id),
        sequence: next_sequence(connection)?,
        size: content.size,
        etag: &content.etag,
    })?;
    Ok(found)
}
