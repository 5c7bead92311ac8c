//! Queues themselves: made, configured, purged, deleted.

use std::collections::BTreeMap;
use std::time::Duration;

use hob_types::{QueueArn, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::sqlite::rows::{parsed, timestamp};
use crate::{QueueCreated, QueueId, QueuePurged, QueueRecord, QueueSettings, StorageError};

const COLUMNS: &str = "SELECT id, account, region, name, created, modified, settings, tags FROM queue";

pub(super) fn all(connection: &Connection) -> Result<Vec<QueueRecord>, StorageError> {
    let mut statement = connection.prepare_cached(COLUMNS)?;
    let records = statement.query_map([], record)?;
    Ok(records.collect::<Result<_, _>>()?)
}

pub(super) fn by_id(connection: &Connection, queue: QueueId) -> Result<Option<QueueRecord>, StorageError> {
    let mut statement = connection.prepare_cached(&format!("{COLUMNS} WHERE id = ?1"))?;
    Ok(statement.query_row([queue.get()], record).optional()?)
}

fn by_name(connection: &Connection, queue: &QueueArn) -> Result<Option<QueueRecord>, StorageError> {
    let sql = format!("{COLUMNS} WHERE account = ?1 AND region = ?2 AND name = ?3");
    Ok(connection.prepare_cached(&sql)?.query_row(names(queue), record).optional()?)
}

fn record(row: &Row<'_>) -> rusqlite::Result<QueueRecord> {
    Ok(QueueRecord {
        id: QueueId::new(row.get(0)?),
        arn: QueueArn {
            account: parsed(row, 1, str::parse)?,
            region: parsed(row, 2, str::parse)?,
            name: row.get(3)?,
        },
        created: timestamp(row, 4)?,
        modified: timestamp(row, 5)?,
        settings: json(row, 6)?,
        tags: json(row, 7)?,
    })
}

fn json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    parsed(row, column, |text| serde_json::from_str(text))
}

fn to_json(value: &impl Serialize) -> Result<String, StorageError> {
    serde_json::to_string(value).map_err(|error| StorageError::Database(error.to_string()))
}

fn names(queue: &QueueArn) -> (&str, &str, &str) {
    (queue.account.as_str(), queue.region.as_str(), &queue.name)
}

pub(super) fn create(
    connection: &Connection,
    queue: &QueueArn,
    settings: &QueueSettings,
    tags: &BTreeMap<String, String>,
    now: Timestamp,
    rest: Duration,
) -> Result<QueueCreated, StorageError> {
    const SQL: &str = "
        INSERT INTO queue (account, region, name, contents, created, modified, settings, tags)
        VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7)";
    if let Some(existing) = by_name(connection, queue)? {
        return Ok(QueueCreated::Exists(existing));
    }
    if deleted(connection, queue)?.is_some_and(|deleted| now < deleted + rest) {
        return Ok(QueueCreated::DeletedRecently);
    }
    let (account, region, name) = names(queue);
    let (contents, now) = (new_contents(connection)?, now.as_millis());
    let params = (account, region, name, contents, now, to_json(settings)?, to_json(tags)?);
    connection.prepare_cached(SQL)?.execute(params)?;
    let created = by_id(connection, QueueId::new(connection.last_insert_rowid()))?;
    created
        .map(QueueCreated::Created)
        .ok_or_else(|| StorageError::Database("a new queue is missing".to_owned()))
}

fn deleted(connection: &Connection, queue: &QueueArn) -> Result<Option<Timestamp>, StorageError> {
    const SQL: &str = "SELECT deleted FROM deleted_queue WHERE account = ?1 AND region = ?2 AND name = ?3";
    let mut statement = connection.prepare_cached(SQL)?;
    Ok(statement.query_row(names(queue), |row| timestamp(row, 0)).optional()?)
}

fn new_contents(connection: &Connection) -> Result<i64, StorageError> {
    connection.prepare_cached("INSERT INTO queue_contents (removed) VALUES (FALSE)")?.execute([])?;
    Ok(connection.last_insert_rowid())
}

fn remove_contents(connection: &Connection, queue: QueueId) -> Result<(), StorageError> {
    const SQL: &str =
        "UPDATE queue_contents SET removed = TRUE WHERE id = (SELECT contents FROM queue WHERE id = ?1)";
    connection.prepare_cached(SQL)?.execute([queue.get()])?;
    Ok(())
}

/// What a queue's messages belong to. `None`: there is no such queue.
pub(super) fn contents(connection: &Connection, queue: QueueId) -> Result<Option<i64>, StorageError> {
    let mut statement = connection.prepare_cached("SELECT contents FROM queue WHERE id = ?1")?;
    Ok(statement.query_row([queue.get()], |row| row.get(0)).optional()?)
}

pub(super) fn configure(
    connection: &Connection,
    queue: QueueId,
    settings: &QueueSettings,
    now: Timestamp,
) -> Result<Option<QueueRecord>, StorageError> {
    let params = (queue.get(), to_json(settings)?, now.as_millis());
    connection
        .prepare_cached("UPDATE queue SET settings = ?2, modified = ?3 WHERE id = ?1")?
        .execute(params)?;
    by_id(connection, queue)
}

pub(super) fn set_tags(
    connection: &Connection,
    queue: QueueId,
    tags: &BTreeMap<String, String>,
) -> Result<Option<QueueRecord>, StorageError> {
    connection
        .prepare_cached("UPDATE queue SET tags = ?2 WHERE id = ?1")?
        .execute((queue.get(), to_json(tags)?))?;
    by_id(connection, queue)
}

pub(super) fn delete(connection: &Connection, queue: QueueId, now: Timestamp) -> Result<bool, StorageError> {
    const NOTE: &str = "
        INSERT INTO deleted_queue (account, region, name, deleted) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (account, region, name) DO UPDATE SET deleted = excluded.deleted";
    let Some(QueueRecord { arn, .. }) = by_id(connection, queue)? else { return Ok(false) };
    let (account, region, name) = names(&arn);
    connection.prepare_cached(NOTE)?.execute((account, region, name, now.as_millis()))?;
    remove_contents(connection, queue)?;
    connection.prepare_cached("DELETE FROM deduplication WHERE queue_id = ?1")?.execute([queue.get()])?;
    connection.prepare_cached("DELETE FROM queue WHERE id = ?1")?.execute([queue.get()])?;
    Ok(true)
}

pub(super) fn purge(
    connection: &Connection,
    queue: QueueId,
    now: Timestamp,
    rest: Duration,
) -> Result<QueuePurged, StorageError> {
    let mut statement = connection.prepare_cached("SELECT COALESCE(purged, 0) FROM queue WHERE id = ?1")?;
    let last = statement.query_row([queue.get()], |row| timestamp(row, 0)).optional()?;
    match last {
        None => return Ok(QueuePurged::NoQueue),
        Some(last) if now < last + rest => return Ok(QueuePurged::TooSoon),
        Some(_) => {}
    }
    remove_contents(connection, queue)?;
    let params = (queue.get(), new_contents(connection)?, now.as_millis());
    connection
        .prepare_cached("UPDATE queue SET contents = ?2, purged = ?3 WHERE id = ?1")?
        .execute(params)?;
    Ok(QueuePurged::Purged)
}

/// The queue of that ARN, and what its messages belong to.
pub(super) fn named(
    connection: &Connection,
    queue: &QueueArn,
) -> Result<Option<(QueueId, i64)>, StorageError> {
    const SQL: &str = "SELECT id, contents FROM queue WHERE account = ?1 AND region = ?2 AND name = ?3";
    let mut statement = connection.prepare_cached(SQL)?;
    let named = statement.query_row(names(queue), |row| Ok((QueueId::new(row.get(0)?), row.get(1)?)));
    Ok(named.optional()?)
}

/// The key that receipt handles are made with.
pub(super) fn handle_key(connection: &Connection, proposal: [u8; 32]) -> Result<[u8; 32], StorageError> {
    const KEEP: &str = "INSERT INTO handle_key (id, key) VALUES (1, ?1) ON CONFLICT (id) DO NOTHING";
    connection.prepare_cached(KEEP)?.execute([proposal])?;
    let mut statement = connection.prepare_cached("SELECT key FROM handle_key WHERE id = 1")?;
    Ok(statement.query_row([], |row| row.get(0))?)
}
