use std::collections::BTreeMap;

use hob_types::Timestamp;
use rusqlite::Connection;

use super::{group, stream};
use crate::{Appended, LogDelivery, LogStreamId, NewLogEvent, StorageError};

pub(super) fn append(
    connection: &Connection,
    stream: &LogStreamId,
    events: &[NewLogEvent],
    now: Timestamp,
) -> Result<Appended, StorageError> {
    let Some(group) = group::id(connection, &stream.group)? else { return Ok(Appended::NoGroup) };
    let Some(stream) = stream::id_in(connection, group, &stream.name)? else { return Ok(Appended::NoStream) };
    insert(connection, group, stream, events, now)?;
    Ok(Appended::Appended)
}

pub(super) fn deliver(
    connection: &Connection,
    delivery: &LogDelivery,
    now: Timestamp,
) -> Result<(), StorageError> {
    let LogDelivery { stream, events } = delivery;
    if append(connection, stream, events, now)? == Appended::Appended {
        return Ok(());
    }
    group::create(connection, &stream.group, &BTreeMap::new(), now)?;
    stream::create(connection, stream, now)?;
    append(connection, stream, events, now)?;
    Ok(())
}

fn insert(
    connection: &Connection,
    group: i64,
    stream: i64,
    events: &[NewLogEvent],
    now: Timestamp,
) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO log_event (group_id, stream_id, timestamp, ingested, message) VALUES (?1, ?2, ?3, ?4, ?5)";
    let mut statement = connection.prepare_cached(SQL)?;
    for NewLogEvent { timestamp, message } in events {
        statement.execute((group, stream, timestamp.as_millis(), now.as_millis(), message))?;
    }
    note_in_stream(connection, stream, events, now)
}

fn note_in_stream(
    connection: &Connection,
    stream: i64,
    events: &[NewLogEvent],
    now: Timestamp,
) -> Result<(), StorageError> {
    const SQL: &str = "
        UPDATE log_stream SET
            first_event = CASE WHEN first_event < ?2 THEN first_event ELSE ?2 END,
            last_event = CASE WHEN last_event > ?3 THEN last_event ELSE ?3 END,
            last_ingestion = ?4,
            stored_bytes = stored_bytes + ?5
        WHERE id = ?1";
    let times = || events.iter().map(|event| event.timestamp.as_millis());
    let (Some(first), Some(last)) = (times().min(), times().max()) else { return Ok(()) };
    let bytes: usize = events.iter().map(NewLogEvent::stored_bytes).sum();
    connection.prepare_cached(SQL)?.execute((stream, first, last, now.as_millis(), bytes))?;
    Ok(())
}
