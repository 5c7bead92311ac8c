use hob_types::Timestamp;
use rusqlite::Connection;

use super::store::sql_limit;
use crate::StorageError;
use crate::log::retention_start;

pub(super) fn sweep(connection: &Connection, now: Timestamp, limit: usize) -> Result<bool, StorageError> {
    let removed = remove_deleted(connection, limit)?;
    let removed = removed + remove_expired(connection, now, limit.saturating_sub(removed))?;
    Ok(removed >= limit)
}

/// Removes events of deleted streams, and forgets the streams that have none left.
fn remove_deleted(connection: &Connection, limit: usize) -> Result<usize, StorageError> {
    const EVENTS: &str = "
        DELETE FROM log_event WHERE id IN (
            SELECT id FROM log_event
            WHERE stream_id IN (SELECT stream_id FROM log_deleted_stream) LIMIT ?1
        )";
    const STREAMS: &str = "
        DELETE FROM log_deleted_stream WHERE NOT EXISTS (
            SELECT 1 FROM log_event WHERE log_event.stream_id = log_deleted_stream.stream_id
        )";
    let removed = connection.prepare_cached(EVENTS)?.execute([sql_limit(limit)])?;
    connection.prepare_cached(STREAMS)?.execute([])?;
    Ok(removed)
}

fn remove_expired(connection: &Connection, now: Timestamp, limit: usize) -> Result<usize, StorageError> {
    const GROUPS: &str = "SELECT id, retention_days FROM log_group WHERE retention_days IS NOT NULL";
    let mut statement = connection.prepare_cached(GROUPS)?;
    let groups = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let groups: Vec<(i64, u32)> = groups.collect::<Result<_, _>>()?;
    let mut removed = 0;
    for (group, days) in groups {
        let start = retention_start(now, days);
        removed += remove_older(connection, group, start, limit.saturating_sub(removed))?;
    }
    Ok(removed)
}

fn remove_older(
    connection: &Connection,
    group: i64,
    start: Timestamp,
    limit: usize,
) -> Result<usize, StorageError> {
    const EXPIRED: &str = "
        SELECT id, stream_id, octet_length(message) + 26 AS bytes FROM log_event
        WHERE group_id = ?1 AND timestamp < ?2 ORDER BY timestamp, id LIMIT ?3";
    let mut statement = connection.prepare_cached(EXPIRED)?;
    let expired = statement
        .query_map((group, start.as_millis(), sql_limit(limit)), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?
        .collect::<Result<Vec<(i64, i64, i64)>, _>>()?;
    let mut delete = connection.prepare_cached("DELETE FROM log_event WHERE id = ?1")?;
    let mut shrink =
        connection.prepare_cached("UPDATE log_stream SET stored_bytes = stored_bytes - ?2 WHERE id = ?1")?;
    for (id, stream, bytes) in &expired {
        delete.execute([id])?;
        shrink.execute((stream, bytes))?;
    }
    Ok(expired.len())
}
