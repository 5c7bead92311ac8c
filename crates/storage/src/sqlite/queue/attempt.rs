//! Attempts to receive that are made again because their answer was lost: they get the same messages, which nobody else
//! could have got meanwhile.

use std::collections::BTreeSet;
use std::time::Duration;

use hob_types::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};

use super::message::{COLUMNS, Candidate};
use crate::{ReceiveMessages, ReceivedMessage, StorageError};

/// How long an attempt is remembered.
const REMEMBERED: Duration = Duration::from_secs(300);

/// What the earlier attempt received, if all of it is still held as it was then, and the groups of it. It is hidden anew.
pub(super) fn repeat(
    connection: &Connection,
    wish: &ReceiveMessages,
    attempt: &str,
) -> Result<Option<(Vec<ReceivedMessage>, BTreeSet<i64>)>, StorageError> {
    const HIDE: &str = "UPDATE message SET visible_at = ?2 WHERE id = ?1";
    let Some(receipts) = recall(connection, wish, attempt)? else { return Ok(None) };
    let (mut messages, mut groups) = (Vec::with_capacity(receipts.len()), BTreeSet::new());
    let mut find = connection.prepare_cached(&format!("{COLUMNS} WHERE id = ?1 AND receives = ?2"))?;
    for receipt in &receipts {
        match find.query_row(*receipt, Candidate::read).optional()? {
            Some(candidate) if candidate.visible_at > wish.now => {
                groups.extend(candidate.group);
                messages.push(candidate.message);
            }
            _ => return Ok(None),
        }
    }
    let until = (wish.now + wish.visibility).as_millis();
    for (id, _) in receipts {
        connection.prepare_cached(HIDE)?.execute((id, until))?;
    }
    Ok(Some((messages, groups)))
}

/// Messages, and how often each had been received.
fn recall(
    connection: &Connection,
    wish: &ReceiveMessages,
    attempt: &str,
) -> Result<Option<Vec<(i64, u32)>>, StorageError> {
    const SQL: &str = "
        SELECT receipts FROM receive_attempt WHERE queue_id = ?1 AND attempt_id = ?2 AND expires > ?3";
    let mut statement = connection.prepare_cached(SQL)?;
    let params = (wish.queue.get(), attempt, wish.now.as_millis());
    let receipts: Option<String> = statement.query_row(params, |row| row.get(0)).optional()?;
    receipts
        .map(|json| serde_json::from_str(&json).map_err(|error| StorageError::Database(error.to_string())))
        .transpose()
}

pub(super) fn remember(
    connection: &Connection,
    wish: &ReceiveMessages,
    attempt: &str,
    messages: &[ReceivedMessage],
) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO receive_attempt (queue_id, attempt_id, expires, receipts) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (queue_id, attempt_id) DO UPDATE SET
            expires = excluded.expires, receipts = excluded.receipts";
    let receipt = |message: &ReceivedMessage| (message.receipt.message, message.receipt.receives);
    let receipts: Vec<(i64, u32)> = messages.iter().map(receipt).collect();
    let receipts =
        serde_json::to_string(&receipts).map_err(|error| StorageError::Database(error.to_string()))?;
    let expires = (wish.now + REMEMBERED).as_millis();
    connection.prepare_cached(SQL)?.execute((wish.queue.get(), attempt, expires, receipts))?;
    Ok(())
}

pub(super) fn forget(connection: &Connection, now: Timestamp) -> Result<(), StorageError> {
    connection
        .prepare_cached("DELETE FROM receive_attempt WHERE expires <= ?1")?
        .execute([now.as_millis()])?;
    Ok(())
}
