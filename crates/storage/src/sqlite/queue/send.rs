use std::time::Duration;

use hob_types::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};

use super::administration::contents;
use super::store::Listener;
use super::{group, message};
use crate::{NewMessage, QueueId, SentMessage, StorageError};

/// How long a deduplication id is remembered.
const DEDUPLICATION: Duration = Duration::from_secs(300);

pub(super) fn send(
    connection: &Connection,
    listener: &Listener,
    queue: QueueId,
    messages: &[NewMessage],
    now: Timestamp,
) -> Result<Option<Vec<SentMessage>>, StorageError> {
    let Some(contents) = contents(connection, queue)? else { return Ok(None) };
    let mut sent = Vec::with_capacity(messages.len());
    let mut arrived: Vec<(Timestamp, usize)> = Vec::new();
    for message in messages {
        let (taken, due) = take(connection, (queue, contents), message, now)?;
        sent.push(taken);
        match (due, arrived.last_mut()) {
            (Some(due), Some((last, count))) if *last == due => *count += 1,
            (Some(due), _) => arrived.push((due, 1)),
            (None, _) => {}
        }
    }
    arrived.into_iter().for_each(|(due, count)| listener.arrived(queue, due, count));
    Ok(Some(sent))
}

/// With the moment from which on there is one message more to be received, if there is.
fn take(
    connection: &Connection,
    (queue, contents): (QueueId, i64),
    message: &NewMessage,
    now: Timestamp,
) -> Result<(SentMessage, Option<Timestamp>), StorageError> {
    let (Some(group), Some(deduplication_id)) = (&message.group, &message.deduplication_id) else {
        let sequence = insert(connection, contents, None, message, now)?;
        let sent = SentMessage { message_id: message.message_id.clone(), sequence };
        return Ok((sent, Some(message.visible_at)));
    };
    let scope = if message.deduplicate_in_group { group.as_str() } else { "" };
    if let Some(earlier) = earlier(connection, queue, scope, deduplication_id, now)? {
        return Ok((earlier, None));
    }
    let (group, is_new) = group::join(connection, contents, group, message.visible_at)?;
    let sequence = insert(connection, contents, Some(group), message, now)?;
    let sent = SentMessage { message_id: message.message_id.clone(), sequence };
    remember(connection, queue, scope, deduplication_id, &sent, now + DEDUPLICATION)?;
    Ok((sent, is_new.then_some(message.visible_at)))
}

fn insert(
    connection: &Connection,
    contents: i64,
    group: Option<i64>,
    message: &NewMessage,
    now: Timestamp,
) -> Result<u64, StorageError> {
    const SQL: &str = "
        INSERT INTO message (contents, visible_at, receives, received, first_received, group_id, message_id,
            sent, enqueued, sender, body, attributes, group_name, deduplication_id, trace_header)
        VALUES (?1, ?2, 0, 0, 0, ?3, ?4, ?5, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    connection.prepare_cached(SQL)?.execute((
        contents,
        message.visible_at.as_millis(),
        group,
        &message.message_id,
        now.as_millis(),
        &message.sender,
        &message.body,
        message::encode(&message.attributes)?,
        &message.group,
        &message.deduplication_id,
        &message.trace_header,
    ))?;
    Ok(u64::try_from(connection.last_insert_rowid()).unwrap_or_default())
}

fn earlier(
    connection: &Connection,
    queue: QueueId,
    scope: &str,
    deduplication_id: &str,
    now: Timestamp,
) -> Result<Option<SentMessage>, StorageError> {
    const SQL: &str = "
        SELECT message_id, sequence FROM deduplication
        WHERE queue_id = ?1 AND scope = ?2 AND deduplication_id = ?3 AND expires > ?4";
    let params = (queue.get(), scope, deduplication_id, now.as_millis());
    let mut statement = connection.prepare_cached(SQL)?;
    let earlier =
        statement.query_row(params, |row| Ok(SentMessage { message_id: row.get(0)?, sequence: row.get(1)? }));
    Ok(earlier.optional()?)
}

fn remember(
    connection: &Connection,
    queue: QueueId,
    scope: &str,
    deduplication_id: &str,
    sent: &SentMessage,
    expires: Timestamp,
) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO deduplication (queue_id, scope, deduplication_id, expires, message_id, sequence)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (queue_id, scope, deduplication_id) DO UPDATE SET
            expires = excluded.expires, message_id = excluded.message_id, sequence = excluded.sequence";
    let params = (queue.get(), scope, deduplication_id, expires.as_millis(), &sent.message_id, sent.sequence);
    connection.prepare_cached(SQL)?.execute(params)?;
    Ok(())
}
