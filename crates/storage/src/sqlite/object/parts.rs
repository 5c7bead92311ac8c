//! Which files an object is made of, and which are of no use any more.

use rusqlite::{Connection, Row};

use super::row::{parsed, sql_limit};
use crate::{FileId, PartRecord, StorageError};

pub(super) fn insert(connection: &Connection, sequence: u64, part: &PartRecord) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO object_part (sequence, number, file, size, checksum) VALUES (?1, ?2, ?3, ?4, ?5)";
    let params = (sequence, part.number, part.file.to_string(), part.size, &part.checksum);
    connection.prepare_cached(SQL)?.execute(params)?;
    Ok(())
}

pub(super) fn list(
    connection: &Connection,
    sequence: u64,
    after: u32,
    limit: usize,
) -> Result<Vec<PartRecord>, StorageError> {
    const SQL: &str = "
        SELECT number, file, size, checksum FROM object_part
        WHERE sequence = ?1 AND number > ?2 ORDER BY number LIMIT ?3";
    let mut statement = connection.prepare_cached(SQL)?;
    let rows = statement.query_map((sequence, after, sql_limit(limit)), record)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn record(row: &Row<'_>) -> rusqlite::Result<PartRecord> {
    Ok(PartRecord {
        number: row.get("number")?,
        file: parsed(row, "file")?,
        size: row.get("size")?,
        checksum: row.get("checksum")?,
    })
}

/// The files of a version that is gone.
pub(super) fn remove(connection: &Connection, sequence: u64) -> Result<(), StorageError> {
    const KEEP_IN_MIND: &str = "
        INSERT INTO deleted_file (file, sequence) SELECT file, sequence FROM object_part WHERE sequence = ?1";
    const DELETE: &str = "DELETE FROM object_part WHERE sequence = ?1";
    connection.prepare_cached(KEEP_IN_MIND)?.execute([sequence])?;
    connection.prepare_cached(DELETE)?.execute([sequence])?;
    Ok(())
}

/// Up to `limit` files of versions that nobody reads. `read`: those that somebody reads.
pub(super) fn deleted(
    connection: &Connection,
    read: impl FnOnce() -> Vec<u64>,
    limit: usize,
) -> Result<Vec<FileId>, StorageError> {
    const SQL: &str = "SELECT file, sequence FROM deleted_file";
    let mut statement = connection.prepare_cached(SQL)?;
    let rows = statement.query_map([], |row| Ok((parsed(row, "file")?, row.get::<_, u64>("sequence")?)))?;
    // The first row fixes what is seen as deleted. Who begins to read after that finds the version gone, so that whoever
    // reads one of these is known now.
    let mut rows = rows.peekable();
    rows.peek();
    let read = read();
    let unread = rows.filter(|row| !matches!(row, Ok((_, sequence)) if read.contains(sequence)));
    Ok(unread.take(limit).map(|row| row.map(|(file, _)| file)).collect::<Result<_, _>>()?)
}

pub(super) fn forget(connection: &Connection, files: &[FileId]) -> Result<(), StorageError> {
    const SQL: &str = "DELETE FROM deleted_file WHERE file = ?1";
    for file in files {
        connection.prepare_cached(SQL)?.execute([file.to_string()])?;
    }
    Ok(())
}

/// Those that belong to nothing.
pub(super) fn unreferenced(connection: &Connection, files: Vec<FileId>) -> Result<Vec<FileId>, StorageError> {
    const SQL: &str = "
        SELECT 1 FROM object_part WHERE file = ?1
        UNION ALL SELECT 1 FROM upload_part WHERE file = ?1
        UNION ALL SELECT 1 FROM deleted_file WHERE file = ?1";
    let mut statement = connection.prepare_cached(SQL)?;
    let mut unreferenced = Vec::new();
    for file in files {
        if !statement.exists([file.to_string()])? {
            unreferenced.push(file);
        }
    }
    Ok(unreferenced)
}
