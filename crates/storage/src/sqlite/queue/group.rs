//! The groups of a FIFO queue. A group is due when its first message can be received and none of it is hidden.

use hob_types::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};

use super::store::Listener;
use crate::sqlite::rows::timestamp;
use crate::{QueueId, StorageError};

/// The group of that name, made if it has no messages yet: then it is due with its first one.
pub(super) fn join(
    connection: &Connection,
    contents: i64,
    name: &str,
    due: Timestamp,
) -> Result<(i64, bool), StorageError> {
    const FIND: &str = "SELECT id FROM message_group WHERE contents = ?1 AND name = ?2";
    const MAKE: &str = "INSERT INTO message_group (contents, name, due) VALUES (?1, ?2, ?3)";
    let mut find = connection.prepare_cached(FIND)?;
    if let Some(group) = find.query_row((contents, name), |row| row.get(0)).optional()? {
        return Ok((group, false));
    }
    connection.prepare_cached(MAKE)?.execute((contents, name, due.as_millis()))?;
    Ok((connection.last_insert_rowid(), true))
}

/// To be called after a message of the group was received, hidden or removed: finds when the group is due next.
pub(super) fn settle(
    connection: &Connection,
    listener: &Listener,
    queue: QueueId,
    group: i64,
    now: Timestamp,
) -> Result<(), StorageError> {
    let due = match hidden_until(connection, group, now)? {
        Some(hidden) => Some(hidden),
        None => first_visible(connection, group)?,
    };
    match due {
        Some(due) => {
            connection
                .prepare_cached("UPDATE message_group SET due = ?2 WHERE id = ?1")?
                .execute((group, due.as_millis()))?;
            listener.arrived(queue, due, 1);
        }
        None => {
            connection.prepare_cached("DELETE FROM message_group WHERE id = ?1")?.execute([group])?;
        }
    }
    Ok(())
}

/// Until when messages that were received are hidden.
fn hidden_until(
    connection: &Connection,
    group: i64,
    now: Timestamp,
) -> Result<Option<Timestamp>, StorageError> {
    const SQL: &str = "
        SELECT visible_at FROM message WHERE group_id = ?1 AND visible_at > ?2 AND receives > 0
        ORDER BY visible_at DESC LIMIT 1";
    let mut statement = connection.prepare_cached(SQL)?;
    Ok(statement.query_row((group, now.as_millis()), |row| timestamp(row, 0)).optional()?)
}

fn first_visible(connection: &Connection, group: i64) -> Result<Option<Timestamp>, StorageError> {
    const SQL: &str = "SELECT visible_at FROM message WHERE group_id = ?1 ORDER BY id LIMIT 1";
    let mut statement = connection.prepare_cached(SQL)?;
    Ok(statement.query_row([group], |row| timestamp(row, 0)).optional()?)
}
