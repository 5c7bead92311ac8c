use rusqlite::{Connection, OptionalExtension as _, Row};

use super::row::{from_json, json, next_sequence, optional_json, parsed, sql_limit, timestamp};
use super::{buckets, put};
use crate::{
    ChecksumAlgorithm, Completion, FileId, ObjectName, ObjectWrite, ObjectWritten, PartRecord, StorageError,
    UploadCompleted, UploadRecord, UploadedPart,
};

pub(super) const COLUMNS: &str = "sequence, id, bucket, key, initiated, description, checksum";

pub(super) fn create(connection: &Connection, upload: &UploadRecord) -> Result<bool, StorageError> {
    const SQL: &str = "
        INSERT INTO upload (sequence, id, bucket, key, initiated, description, checksum)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    if buckets::get(connection, &upload.object.bucket)?.is_none() {
        return Ok(false);
    }
    connection.prepare_cached(SQL)?.execute((
        next_sequence(connection)?,
        &upload.id,
        &upload.object.bucket,
        &upload.object.key,
        upload.initiated.as_millis(),
        json(&upload.description)?,
        upload.checksum.as_ref().map(json).transpose()?,
    ))?;
    Ok(true)
}

pub(super) fn get(
    connection: &Connection,
    object: &ObjectName,
    id: &str,
) -> Result<Option<UploadRecord>, StorageError> {
    let sql = format!("SELECT {COLUMNS} FROM upload WHERE id = ?1 AND bucket = ?2 AND key = ?3");
    let params = (id, &object.bucket, &object.key);
    Ok(connection.prepare_cached(&sql)?.query_row(params, record).optional()?)
}

pub(super) fn record(row: &Row<'_>) -> rusqlite::Result<UploadRecord> {
    Ok(UploadRecord {
        id: row.get("id")?,
        object: ObjectName { bucket: row.get("bucket")?, key: row.get("key")? },
        initiated: timestamp(row, "initiated")?,
        description: from_json(row, "description")?,
        checksum: optional_json(row, "checksum")?,
    })
}

/// A part as it is to be stored.
pub(super) struct Part {
    pub(super) number: u32,
    pub(super) file: FileId,
    pub(super) size: u64,
    pub(super) etag: String,
    pub(super) checksum: Option<(ChecksumAlgorithm, String)>,
    pub(super) modified: hob_types::Timestamp,
}

pub(super) fn put_part(
    connection: &Connection,
    object: &ObjectName,
    id: &str,
    part: &Part,
) -> Result<bool, StorageError> {
    const SQL: &str = "
        INSERT INTO upload_part (upload, number, file, size, etag, checksum, modified)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    if get(connection, object, id)?.is_none() {
        return Ok(false);
    }
    remove_parts(connection, id, Some(part.number))?;
    connection.prepare_cached(SQL)?.execute((
        id,
        part.number,
        part.file.to_string(),
        part.size,
        &part.etag,
        part.checksum.as_ref().map(json).transpose()?,
        part.modified.as_millis(),
    ))?;
    Ok(true)
}

pub(super) fn parts(
    connection: &Connection,
    id: &str,
    after: u32,
    limit: usize,
) -> Result<Vec<UploadedPart>, StorageError> {
    const SQL: &str = "
        SELECT number, file, size, etag, checksum, modified FROM upload_part
        WHERE upload = ?1 AND number > ?2 ORDER BY number LIMIT ?3";
    let mut statement = connection.prepare_cached(SQL)?;
    let rows = statement.query_map((id, after, sql_limit(limit)), uploaded_part)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn uploaded_part(row: &Row<'_>) -> rusqlite::Result<UploadedPart> {
    let checksum: Option<(ChecksumAlgorithm, String)> = optional_json(row, "checksum")?;
    let part = PartRecord {
        number: row.get("number")?,
        file: parsed(row, "file")?,
        size: row.get("size")?,
        checksum: checksum.as_ref().map(|(_, value)| value.clone()),
    };
    Ok(UploadedPart { part, etag: row.get("etag")?, checksum, modified: timestamp(row, "modified")? })
}

pub(super) fn complete(
    connection: &Connection,
    completion: Completion,
    write: ObjectWrite,
) -> Result<UploadCompleted, StorageError> {
    let Completion { upload, object, content, parts } = completion;
    if get(connection, &object, &upload)?.is_none() {
        return Ok(UploadCompleted::NoUpload);
    }
    if !are_there(connection, &upload, &parts)? {
        return Ok(UploadCompleted::PartsChanged);
    }
    let written = put::put(connection, &object, content, &parts, write)?;
    if matches!(written, ObjectWritten::Written { .. }) {
        give_away(connection, &upload, &parts)?;
        remove(connection, &upload)?;
    }
    Ok(UploadCompleted::Written(written))
}

fn are_there(connection: &Connection, upload: &str, parts: &[PartRecord]) -> Result<bool, StorageError> {
    const SQL: &str = "SELECT 1 FROM upload_part WHERE upload = ?1 AND number = ?2 AND file = ?3";
    let mut statement = connection.prepare_cached(SQL)?;
    for part in parts {
        if !statement.exists((upload, part.number, part.file.to_string()))? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The files are the object's now.
fn give_away(connection: &Connection, upload: &str, parts: &[PartRecord]) -> Result<(), StorageError> {
    const SQL: &str = "DELETE FROM upload_part WHERE upload = ?1 AND number = ?2";
    for part in parts {
        connection.prepare_cached(SQL)?.execute((upload, part.number))?;
    }
    Ok(())
}

pub(super) fn abort(connection: &Connection, object: &ObjectName, id: &str) -> Result<bool, StorageError> {
    if get(connection, object, id)?.is_none() {
        return Ok(false);
    }
    remove(connection, id)?;
    Ok(true)
}

/// All of a bucket.
pub(super) fn abort_all(connection: &Connection, bucket: &str) -> Result<(), StorageError> {
    const SQL: &str = "SELECT id FROM upload WHERE bucket = ?1";
    let mut statement = connection.prepare_cached(SQL)?;
    let ids = statement.query_map([bucket], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    ids.iter().try_for_each(|id| remove(connection, id))
}

fn remove(connection: &Connection, id: &str) -> Result<(), StorageError> {
    remove_parts(connection, id, None)?;
    connection.prepare_cached("DELETE FROM upload WHERE id = ?1")?.execute([id])?;
    Ok(())
}

/// All parts, or one. Of an upload nobody reads, so that 0 stands for the version.
fn remove_parts(connection: &Connection, id: &str, number: Option<u32>) -> Result<(), StorageError> {
    const KEEP_IN_MIND: &str = "
        INSERT INTO deleted_file (file, sequence)
        SELECT file, 0 FROM upload_part WHERE upload = ?1 AND (?2 IS NULL OR number = ?2)";
    const DELETE: &str = "DELETE FROM upload_part WHERE upload = ?1 AND (?2 IS NULL OR number = ?2)";
    connection.prepare_cached(KEEP_IN_MIND)?.execute((id, number))?;
    connection.prepare_cached(DELETE)?.execute((id, number))?;
    Ok(())
}
