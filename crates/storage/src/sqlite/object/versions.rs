use rusqlite::{Connection, OptionalExtension as _, Row};

use super::row::{json, optional_json, timestamp};
use super::{buckets, parts};
use crate::{
    NULL_VERSION, ObjectContent, ObjectFound, ObjectName, ObjectRecord, StorageError, Versioning,
    WriteCondition,
};

pub(super) const COLUMNS: &str =
    "sequence, key, version_id, latest, modified, size, etag, part_count, description";

pub(super) fn latest(
    connection: &Connection,
    name: &ObjectName,
) -> Result<Option<ObjectRecord>, StorageError> {
    let sql = format!("SELECT {COLUMNS} FROM object_version WHERE bucket = ?1 AND key = ?2 AND latest");
    Ok(connection.prepare_cached(&sql)?.query_row((&name.bucket, &name.key), record).optional()?)
}

pub(super) fn version(
    connection: &Connection,
    name: &ObjectName,
    version_id: &str,
) -> Result<Option<ObjectRecord>, StorageError> {
    let sql =
        format!("SELECT {COLUMNS} FROM object_version WHERE bucket = ?1 AND key = ?2 AND version_id = ?3");
    let params = (&name.bucket, &name.key, version_id);
    Ok(connection.prepare_cached(&sql)?.query_row(params, record).optional()?)
}

pub(super) fn find(
    connection: &Connection,
    name: &ObjectName,
    version_id: Option<&str>,
) -> Result<ObjectFound, StorageError> {
    let Some(bucket) = buckets::get(connection, &name.bucket)? else { return Ok(ObjectFound::NoBucket) };
    let found = match version_id {
        None => latest(connection, name)?,
        Some(version_id) => version(connection, name, version_id)?,
    };
    Ok(match found {
        Some(object) => ObjectFound::Found {
            object: Box::new(object),
            versioned: bucket.versioning != Versioning::Unversioned,
        },
        None if version_id.is_some() => ObjectFound::NoVersion,
        None => ObjectFound::NoKey,
    })
}

/// Whether the version with this sequence is still there.
pub(super) fn exists(connection: &Connection, sequence: u64) -> Result<bool, StorageError> {
    const SQL: &str = "SELECT 1 FROM object_version WHERE sequence = ?1";
    Ok(connection.prepare_cached(SQL)?.exists([sequence])?)
}

/// Makes it the latest. Another of the same id must be gone.
pub(super) fn insert(
    connection: &Connection,
    bucket: &str,
    object: &ObjectRecord,
) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO object_version
            (sequence, bucket, key, version_id, latest, modified, size, etag, part_count, description)
        VALUES (?1, ?2, ?3, ?4, TRUE, ?5, ?6, ?7, ?8, ?9)";
    const NO_LONGER: &str =
        "UPDATE object_version SET latest = FALSE WHERE bucket = ?1 AND key = ?2 AND latest";
    connection.prepare_cached(NO_LONGER)?.execute((bucket, &object.key))?;
    let content = object.content.as_ref();
    connection.prepare_cached(SQL)?.execute((
        object.sequence,
        bucket,
        &object.key,
        &object.version_id,
        object.modified.as_millis(),
        content.map(|content| content.size),
        content.map(|content| &content.etag),
        content.and_then(|content| content.parts),
        content.map(|content| json(&content.description)).transpose()?,
    ))?;
    Ok(())
}

/// Removes a version for good; what came before it is the latest then.
pub(super) fn remove(
    connection: &Connection,
    name: &ObjectName,
    object: &ObjectRecord,
) -> Result<(), StorageError> {
    const SQL: &str = "DELETE FROM object_version WHERE sequence = ?1";
    const SUCCEED: &str = "
        UPDATE object_version SET latest = TRUE WHERE sequence =
            (SELECT MAX(sequence) FROM object_version WHERE bucket = ?1 AND key = ?2)";
    connection.prepare_cached(SQL)?.execute([object.sequence])?;
    if object.is_latest {
        connection.prepare_cached(SUCCEED)?.execute((&name.bucket, &name.key))?;
    }
    parts::remove(connection, object.sequence)
}

/// Removes the version `null`, if there is one.
pub(super) fn remove_null(connection: &Connection, name: &ObjectName) -> Result<(), StorageError> {
    match version(connection, name, NULL_VERSION)? {
        Some(object) => remove(connection, name, &object),
        None => Ok(()),
    }
}

/// What a condition says of an object.
pub(super) enum Verdict {
    Go,
    NoKey,
    Failed,
}

/// `object`: the version that the condition is about; a delete marker is no object.
pub(super) fn check(condition: &WriteCondition, object: Option<&ObjectRecord>) -> Verdict {
    let content = object.and_then(|object| object.content.as_ref());
    match (condition, content) {
        (WriteCondition::None, _) | (WriteCondition::Absent, None) | (WriteCondition::Present, Some(_)) => {
            Verdict::Go
        }
        (WriteCondition::ETag(etag), Some(content)) if *etag == content.etag => Verdict::Go,
        (WriteCondition::Absent | WriteCondition::ETag(_), Some(_)) => Verdict::Failed,
        (WriteCondition::Present | WriteCondition::ETag(_), None) => Verdict::NoKey,
    }
}

pub(super) fn record(row: &Row<'_>) -> rusqlite::Result<ObjectRecord> {
    Ok(ObjectRecord {
        key: row.get("key")?,
        version_id: row.get("version_id")?,
        sequence: row.get("sequence")?,
        is_latest: row.get("latest")?,
        modified: timestamp(row, "modified")?,
        content: content(row)?,
    })
}

fn content(row: &Row<'_>) -> rusqlite::Result<Option<ObjectContent>> {
    let Some(size) = row.get("size")? else { return Ok(None) };
    Ok(Some(ObjectContent {
        size,
        etag: row.get("etag")?,
        parts: row.get("part_count")?,
        description: optional_json(row, "description")?.unwrap_or_default(),
    }))
}
