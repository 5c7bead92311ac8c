use hob_types::Timestamp;
use rusqlite::{Connection, Row};

use super::row::{sql_limit, timestamp};
use crate::{Announce, BucketRecord, ObjectChange, ObjectEventRecord, StorageError};

/// How a change becomes events within its transaction.
pub(super) struct Announcing<'a> {
    pub(super) connection: &'a Connection,
    pub(super) bucket: &'a BucketRecord,
    pub(super) announce: &'a mut Announce,
    pub(super) now: Timestamp,
}

impl Announcing<'_> {
    pub(super) fn change(&mut self, change: &ObjectChange<'_>) -> Result<(), StorageError> {
        add(self.connection, &(self.announce)(self.bucket, change), self.now)
    }
}

pub(super) fn add(connection: &Connection, documents: &[String], now: Timestamp) -> Result<(), StorageError> {
    const SQL: &str = "INSERT INTO object_event (due, attempts, document) VALUES (?1, 0, ?2)";
    for document in documents {
        connection.prepare_cached(SQL)?.execute((now.as_millis(), document))?;
    }
    Ok(())
}

pub(super) fn due(
    connection: &Connection,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<ObjectEventRecord>, StorageError> {
    const SQL: &str = "
        SELECT id, due, attempts, document FROM object_event WHERE due <= ?1 ORDER BY due, id LIMIT ?2";
    let mut statement = connection.prepare_cached(SQL)?;
    let rows = statement.query_map((now.as_millis(), sql_limit(limit)), record)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn record(row: &Row<'_>) -> rusqlite::Result<ObjectEventRecord> {
    Ok(ObjectEventRecord {
        id: row.get("id")?,
        due: timestamp(row, "due")?,
        attempts: row.get("attempts")?,
        document: row.get("document")?,
    })
}

pub(super) fn next_due(connection: &Connection) -> Result<Option<Timestamp>, StorageError> {
    const SQL: &str = "SELECT MIN(due) FROM object_event";
    let due: Option<i64> = connection.prepare_cached(SQL)?.query_row([], |row| row.get(0))?;
    Ok(due.map(Timestamp::from_millis))
}

pub(super) fn reschedule(connection: &Connection, id: u64, due: Timestamp) -> Result<(), StorageError> {
    const SQL: &str = "UPDATE object_event SET due = ?2, attempts = attempts + 1 WHERE id = ?1";
    connection.prepare_cached(SQL)?.execute((id, due.as_millis()))?;
    Ok(())
}

pub(super) fn remove(connection: &Connection, ids: &[u64]) -> Result<(), StorageError> {
    const SQL: &str = "DELETE FROM object_event WHERE id = ?1";
    for id in ids {
        connection.prepare_cached(SQL)?.execute([id])?;
    }
    Ok(())
}
