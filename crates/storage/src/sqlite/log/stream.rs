use hob_types::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::group;
use super::store::{optional_timestamp, sql_limit, timestamp};
use crate::{
    LogGroupId, LogStreamId, LogStreamRecord, StorageError, StreamCreated, StreamOrder, StreamQuery,
};

/// What a query gives for a [`record`].
const COLUMNS: &str = "name, created, first_event, last_event, last_ingestion";

pub(super) fn create(
    connection: &Connection,
    stream: &LogStreamId,
    now: Timestamp,
) -> Result<StreamCreated, StorageError> {
    match group::id(connection, &stream.group)? {
        None => Ok(StreamCreated::NoGroup),
        Some(group) if create_in(connection, group, &stream.name, now)? => Ok(StreamCreated::Created),
        Some(_) => Ok(StreamCreated::AlreadyExists),
    }
}

/// `false`: it exists.
pub(super) fn create_in(
    connection: &Connection,
    group: i64,
    name: &str,
    now: Timestamp,
) -> Result<bool, StorageError> {
    const SQL: &str = "
        INSERT INTO log_stream (group_id, name, created) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    Ok(connection.prepare_cached(SQL)?.execute((group, name, now.as_millis()))? > 0)
}

/// The row that a stream is.
pub(super) fn id_in(connection: &Connection, group: i64, name: &str) -> Result<Option<i64>, StorageError> {
    const SQL: &str = "SELECT id FROM log_stream WHERE group_id = ?1 AND name = ?2";
    Ok(connection.prepare_cached(SQL)?.query_row((group, name), |row| row.get(0)).optional()?)
}

pub(super) fn get(
    connection: &Connection,
    stream: &LogStreamId,
) -> Result<Option<LogStreamRecord>, StorageError> {
    let Some(group) = group::id(connection, &stream.group)? else { return Ok(None) };
    let sql = format!("SELECT {COLUMNS} FROM log_stream WHERE group_id = ?1 AND name = ?2");
    Ok(connection.prepare_cached(&sql)?.query_row((group, &stream.name), record).optional()?)
}

pub(super) fn list(
    connection: &Connection,
    group: &LogGroupId,
    query: &StreamQuery,
) -> Result<Vec<LogStreamRecord>, StorageError> {
    let Some(group) = group::id(connection, group)? else { return Ok(Vec::new()) };
    let (key, after) = match &query.order {
        // The same for all of them, and what the index begins with.
        StreamOrder::Name { after } => ("group_id", after.as_ref().map(|name| (group, name))),
        StreamOrder::LastEvent { after } => {
            ("COALESCE(last_event, 0)", after.as_ref().map(|(time, name)| (time.as_millis(), name)))
        }
    };
    let (direction, ahead) = if query.descending { ("DESC", "<") } else { ("ASC", ">") };
    let sql = format!(
        "SELECT {COLUMNS} FROM log_stream
        WHERE group_id = ?1 AND substr(name, 1, length(?2)) = ?2
            AND (?4 IS NULL OR ({key}, name) {ahead} (?3, ?4))
        ORDER BY {key} {direction}, name {direction} LIMIT ?5"
    );
    let (key, name) = after.unzip();
    let mut statement = connection.prepare_cached(&sql)?;
    let streams = statement.query_map((group, &query.prefix, key, name, sql_limit(query.limit)), record)?;
    Ok(streams.collect::<Result<_, _>>()?)
}

/// The events stay until the sweep, but nothing leads to them any more.
pub(super) fn delete(connection: &Connection, stream: &LogStreamId) -> Result<bool, StorageError> {
    let Some(group) = group::id(connection, &stream.group)? else { return Ok(false) };
    let Some(id) = id_in(connection, group, &stream.name)? else { return Ok(false) };
    for sql in
        ["INSERT INTO log_deleted_stream (stream_id) VALUES (?1)", "DELETE FROM log_stream WHERE id = ?1"]
    {
        connection.prepare_cached(sql)?.execute([id])?;
    }
    Ok(true)
}

fn record(row: &Row<'_>) -> rusqlite::Result<LogStreamRecord> {
    Ok(LogStreamRecord {
        name: row.get(0)?,
        created: timestamp(row, 1)?,
        first_event: optional_timestamp(row, 2)?,
        last_event: optional_timestamp(row, 3)?,
        last_ingestion: optional_timestamp(row, 4)?,
    })
}
