use std::collections::BTreeSet;
use std::time::Duration;

use hob_types::Timestamp;
use rusqlite::Connection;

use super::store::Listener;
use super::{administration, attempt, group, receive};
use crate::{QueueRecord, StorageError};

/// How long it is remembered that a queue was deleted; longer than its name stays taken.
const DELETED_KEPT: Duration = Duration::from_secs(3600);

pub(super) fn sweep(
    connection: &Connection,
    listener: &Listener,
    now: Timestamp,
    limit: usize,
) -> Result<bool, StorageError> {
    let mut removed = remove_contents(connection, limit)?;
    removed += forget_deduplication(connection, now, limit)?;
    attempt::forget(connection, now)?;
    for queue in administration::all(connection)? {
        removed += expire(connection, listener, &queue, now, limit.saturating_sub(removed))?;
    }
    let forgotten = now.as_millis() - i64::try_from(DELETED_KEPT.as_millis()).unwrap_or(i64::MAX);
    connection.prepare_cached("DELETE FROM deleted_queue WHERE deleted <= ?1")?.execute([forgotten])?;
    Ok(removed >= limit)
}

/// What purges and deleted queues have left.
fn remove_contents(connection: &Connection, limit: usize) -> Result<usize, StorageError> {
    const REMOVED: &str = "SELECT id FROM queue_contents WHERE removed";
    const MESSAGES: &str = "
        DELETE FROM message WHERE id IN (SELECT id FROM message WHERE contents = ?1 LIMIT ?2)";
    let mut statement = connection.prepare_cached(REMOVED)?;
    let contents: Vec<i64> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut removed = 0;
    for contents in contents {
        let left = limit.saturating_sub(removed);
        let messages = connection.prepare_cached(MESSAGES)?.execute((contents, sql_limit(left)))?;
        removed += messages;
        if messages < left {
            connection
                .prepare_cached("DELETE FROM message_group WHERE contents = ?1")?
                .execute([contents])?;
            connection.prepare_cached("DELETE FROM queue_contents WHERE id = ?1")?.execute([contents])?;
        }
    }
    Ok(removed)
}

fn forget_deduplication(
    connection: &Connection,
    now: Timestamp,
    limit: usize,
) -> Result<usize, StorageError> {
    const SQL: &str = "
        DELETE FROM deduplication WHERE expires <= (
            SELECT MAX(expires) FROM (
                SELECT expires FROM deduplication WHERE expires <= ?1 ORDER BY expires LIMIT ?2
            ) AS oldest
        )";
    Ok(connection.prepare_cached(SQL)?.execute((now.as_millis(), sql_limit(limit)))?)
}

/// A message that has been visible for as long as it may be kept is too old; one that is younger there and too old all
/// the same is found when it is to be received.
fn expire(
    connection: &Connection,
    listener: &Listener,
    queue: &QueueRecord,
    now: Timestamp,
    limit: usize,
) -> Result<usize, StorageError> {
    const SQL: &str = "
        SELECT id, group_id FROM message WHERE contents = ?1 AND visible_at <= ?2 AND enqueued <= ?2
        ORDER BY visible_at LIMIT ?3";
    let Some(contents) = administration::contents(connection, queue.id)? else { return Ok(0) };
    let retention = i64::from(queue.settings.retention) * 1000;
    let params = (contents, now.as_millis() - retention, sql_limit(limit));
    let mut statement = connection.prepare_cached(SQL)?;
    let expired = statement.query_map(params, |row| Ok((row.get(0)?, row.get(1)?)))?;
    let expired: Vec<(i64, Option<i64>)> = expired.collect::<Result<_, _>>()?;
    expired.iter().try_for_each(|&(id, _)| receive::delete(connection, id))?;
    let groups: BTreeSet<i64> = expired.iter().filter_map(|&(_, group)| group).collect();
    groups.iter().try_for_each(|&id| group::settle(connection, listener, queue.id, id, now))?;
    Ok(expired.len())
}

fn sql_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
