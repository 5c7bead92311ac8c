//! Messages that go from one queue to another. They get a new place at the end of it, so that the order of arrival
//! holds there, too.

use hob_types::Timestamp;
use rusqlite::Connection;

use super::administration::contents;
use super::group;
use super::message::Candidate;
use super::receive::delete;
use super::store::Listener;
use crate::{DeadLetterQueue, QueueId, ReceiveMessages, StorageError};

/// A queue that takes messages.
pub(super) struct Destination {
    pub(super) queue: QueueId,
    pub(super) contents: i64,
    /// What the message says it came from.
    pub(super) source: Option<String>,
}

impl Destination {
    /// With how often a message is received before it goes there. `None`: there is none, or it is gone, and so messages
    /// stay where they are.
    pub(super) fn dead_letters(
        connection: &Connection,
        wanted: Option<&DeadLetterQueue>,
    ) -> Result<Option<(Self, u32)>, StorageError> {
        let Some(DeadLetterQueue { queue, max_receives, source }) = wanted else { return Ok(None) };
        let destination = |contents| Self { queue: *queue, contents, source: Some(source.to_string()) };
        Ok(contents(connection, *queue)?.map(|contents| (destination(contents), *max_receives)))
    }
}

/// Moves a message that was received too often. In a standard queue it keeps its age; in a FIFO queue it is as new.
pub(super) fn bury(
    connection: &Connection,
    listener: &Listener,
    candidate: &Candidate,
    target: &Destination,
    wish: &ReceiveMessages,
) -> Result<(), StorageError> {
    let enqueued = if wish.fifo { wish.now } else { candidate.enqueued };
    // Visible since it is that old: so the sweep, which looks at nothing else, finds it in time.
    let arrival = Arrival { visible_at: enqueued, enqueued, renewed: None };
    transfer(connection, listener, candidate, target, &arrival)
}

/// How a message arrives.
pub(super) struct Arrival<'a> {
    pub(super) visible_at: Timestamp,
    pub(super) enqueued: Timestamp,
    /// Under this id it starts anew: never received, sent now.
    pub(super) renewed: Option<&'a str>,
}

pub(super) fn transfer(
    connection: &Connection,
    listener: &Listener,
    candidate: &Candidate,
    target: &Destination,
    arrival: &Arrival<'_>,
) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO message (contents, visible_at, receives, received, first_received, group_id, message_id,
            sent, enqueued, sender, body, attributes, group_name, deduplication_id, trace_header,
            dead_letter_source)
        SELECT ?2, ?3, CASE WHEN ?7 IS NULL THEN receives ELSE 0 END, 0,
            CASE WHEN ?7 IS NULL THEN first_received ELSE 0 END, ?4, COALESCE(?7, message_id),
            CASE WHEN ?7 IS NULL THEN sent ELSE ?5 END, ?5, sender, body, attributes, group_name,
            deduplication_id, trace_header, ?6
        FROM message WHERE id = ?1";
    let group = match (candidate.group, &candidate.message.group) {
        (Some(_), Some(name)) => Some(group::join(connection, target.contents, name, arrival.visible_at)?.0),
        _ => None,
    };
    connection.prepare_cached(SQL)?.execute((
        candidate.id,
        target.contents,
        arrival.visible_at.as_millis(),
        group,
        arrival.enqueued.as_millis(),
        &target.source,
        arrival.renewed,
    ))?;
    delete(connection, candidate.id)?;
    listener.arrived(target.queue, arrival.visible_at, 1);
    Ok(())
}
