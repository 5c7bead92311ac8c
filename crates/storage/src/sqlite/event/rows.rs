//! Events as rows.

use std::collections::HashSet;
use std::fmt::Display;
use std::str::FromStr;

use bytes::Bytes;
use hob_types::{FunctionArn, Timestamp};
use rusqlite::{Connection, Row};

use crate::{
    DueEvents, DuePage, EventAnswer, EventConsequences, EventDelivery, EventFailure, EventId, EventProgress,
    EventRecord, NewEvent, StorageError,
};

pub(super) fn insert(connection: &Connection, event: &NewEvent) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO event (function, qualifier, request_id, payload, trace_header, accepted, due)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)";
    connection.prepare_cached(SQL)?.execute((
        event.function.to_string(),
        event.qualifier.as_ref().map(ToString::to_string),
        event.request_id.to_string(),
        &event.payload[..],
        &event.trace_header,
        event.accepted.as_millis(),
    ))?;
    Ok(())
}

/// Reads on until the page is full or what follows is not due; of what is held it reads no more than the index has.
pub(super) fn due(
    connection: &Connection,
    function: &FunctionArn,
    now: Timestamp,
    held: &[EventId],
    page: DuePage,
) -> Result<DueEvents, StorageError> {
    const SQL: &str = "SELECT id, due FROM event WHERE function = ?1 ORDER BY due, id";
    let held: HashSet<_> = held.iter().collect();
    let mut statement = connection.prepare_cached(SQL)?;
    let mut rows = statement.query([function.to_string()])?;
    let mut found = DueEvents::default();
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        let id = EventId(row.get(0)?);
        if held.contains(&id) {
            continue;
        }
        let due = Timestamp::from_millis(row.get(1)?);
        let is_full = found.events.len() >= page.events || (bytes >= page.bytes && bytes > 0);
        if due > now || is_full {
            found.next = Some(due);
            break;
        }
        let event = event(connection, function, id)?;
        bytes += size(&event);
        found.events.push(event);
    }
    Ok(found)
}

/// In bytes, and never nothing.
fn size(event: &EventRecord) -> usize {
    let record = event.consequences.as_ref().map_or(0, |consequences| consequences.record.len());
    let answer = event.progress.answer.as_ref().map_or(0, |answer| answer.payload.len());
    1 + event.event.payload.len() + record + answer
}

fn event(connection: &Connection, function: &FunctionArn, id: EventId) -> Result<EventRecord, StorageError> {
    const SQL: &str = "
        SELECT qualifier, request_id, payload, trace_header, accepted, attempts, postponements, failure,
            executed_version, answer, record, record_trace, deliveries
        FROM event WHERE id = ?1";
    let mut statement = connection.prepare_cached(SQL)?;
    let mut rows = statement.query([id.0])?;
    let row = rows.next()?.ok_or_else(|| StorageError::Database("an event has no row".to_owned()))?;
    Ok(EventRecord {
        id,
        event: NewEvent {
            function: function.clone(),
            qualifier: parsed(row, "qualifier")?,
            request_id: parse(&row.get::<_, String>("request_id")?)?,
            payload: bytes(row, "payload")?.unwrap_or_default(),
            trace_header: row.get("trace_header")?,
            accepted: Timestamp::from_millis(row.get("accepted")?),
        },
        progress: progress(row)?,
        consequences: consequences(row)?,
    })
}

fn progress(row: &Row<'_>) -> Result<EventProgress, StorageError> {
    let answer = match (parsed(row, "executed_version")?, bytes(row, "answer")?) {
        (Some(executed_version), Some(payload)) => Some(EventAnswer { executed_version, payload }),
        _ => None,
    };
    let failure: Option<String> = row.get("failure")?;
    Ok(EventProgress {
        attempts: row.get("attempts")?,
        postponements: row.get("postponements")?,
        failure: failure.as_deref().map(failure_of).transpose()?,
        answer,
    })
}

fn consequences(row: &Row<'_>) -> Result<Option<EventConsequences>, StorageError> {
    let Some(record) = bytes(row, "record")? else { return Ok(None) };
    let deliveries: String = row.get("deliveries")?;
    let deliveries = serde_json::from_str(&deliveries).map_err(unreadable)?;
    Ok(Some(EventConsequences { record, trace_header: row.get("record_trace")?, deliveries }))
}

pub(super) fn deliveries_json(deliveries: &[EventDelivery]) -> Result<String, StorageError> {
    serde_json::to_string(deliveries).map_err(unreadable)
}

pub(super) fn failure_text(failure: EventFailure) -> &'static str {
    match failure {
        EventFailure::Function => "function",
        EventFailure::Throttled => "throttled",
        EventFailure::Unavailable => "unavailable",
    }
}

fn failure_of(text: &str) -> Result<EventFailure, StorageError> {
    let all = [EventFailure::Function, EventFailure::Throttled, EventFailure::Unavailable];
    let found = all.into_iter().find(|failure| failure_text(*failure) == text);
    found.ok_or_else(|| unreadable(text))
}

fn bytes(row: &Row<'_>, column: &str) -> Result<Option<Bytes>, StorageError> {
    let value: Option<Vec<u8>> = row.get(column)?;
    Ok(value.map(Bytes::from))
}

fn parsed<T: FromStr<Err: Display>>(row: &Row<'_>, column: &str) -> Result<Option<T>, StorageError> {
    let text: Option<String> = row.get(column)?;
    text.as_deref().map(parse).transpose()
}

pub(super) fn parse<T: FromStr<Err: Display>>(text: &str) -> Result<T, StorageError> {
    text.parse().map_err(unreadable)
}

fn unreadable(error: impl Display) -> StorageError {
    StorageError::Database(format!("a row is not readable: {error}"))
}
