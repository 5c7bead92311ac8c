use std::collections::BTreeSet;
use std::time::Duration;

use hob_types::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};

use super::administration::contents;
use super::attempt;
use super::dead_letter::{self, Destination};
use super::group;
use super::message::{COLUMNS, Candidate};
use super::store::Listener;
use crate::sqlite::rows::timestamp;
use crate::{ReceiveMessages, Received, ReceivedMessage, StorageError};

/// How long a queue rests in which too many messages are hidden.
const OVER_LIMIT_REST: Duration = Duration::from_secs(1);
/// How many messages that are to be discarded one receive looks at, so that it stays short.
const DISCARDED_MAX: usize = 1000;

pub(super) fn receive(
    connection: &Connection,
    listener: &Listener,
    wish: &ReceiveMessages,
) -> Result<Received, StorageError> {
    let Some(contents) = contents(connection, wish.queue)? else { return Ok(Received::NoQueue) };
    let attempt = wish.attempt.as_deref().filter(|_| wish.fifo);
    if let Some(attempt) = attempt
        && let Some((messages, groups)) = attempt::repeat(connection, wish, attempt)?
    {
        settle(connection, listener, wish, &groups)?;
        return Ok(Received::Messages(messages));
    }
    if listener.in_flight(connection, wish, contents)? >= wish.in_flight_max {
        listener.drained(wish.queue, Some(wish.now + OVER_LIMIT_REST));
        return Ok(Received::OverLimit);
    }
    let dead_letters = Destination::dead_letters(connection, wish.dead_letters.as_ref())?;
    let search = Search {
        contents,
        at_most: wish.at_most,
        retention: wish.retention,
        max_receives: dead_letters.as_ref().map(|(_, max_receives)| *max_receives),
        now: wish.now,
    };
    let found = if wish.fifo { search.groups(connection)? } else { search.messages(connection)? };
    for Discarded { candidate, why } in &found.discarded {
        match (why, &dead_letters) {
            (Why::Exhausted, Some((target, _))) => {
                dead_letter::bury(connection, listener, candidate, target, wish)?;
            }
            _ => delete(connection, candidate.id)?,
        }
    }
    let Found { taken, groups, is_complete, .. } = found;
    let messages = taken.into_iter().map(|candidate| hand_out(connection, candidate, wish));
    let messages = messages.collect::<Result<Vec<_>, _>>()?;
    listener.handed_out(wish.queue, messages.len());
    settle(connection, listener, wish, &groups)?;
    if let Some(attempt) = attempt.filter(|_| !messages.is_empty()) {
        attempt::remember(connection, wish, attempt, &messages)?;
    }
    if is_complete {
        listener.drained(wish.queue, next_visible(connection, contents, wish.fifo)?);
    }
    Ok(Received::Messages(messages))
}

fn settle(
    connection: &Connection,
    listener: &Listener,
    wish: &ReceiveMessages,
    groups: &BTreeSet<i64>,
) -> Result<(), StorageError> {
    groups.iter().try_for_each(|&id| group::settle(connection, listener, wish.queue, id, wish.now))
}

/// What to look for.
pub(super) struct Search {
    pub(super) contents: i64,
    pub(super) at_most: usize,
    pub(super) retention: Duration,
    /// `None`: as often as one likes.
    pub(super) max_receives: Option<u32>,
    pub(super) now: Timestamp,
}

pub(super) struct Found {
    pub(super) taken: Vec<Candidate>,
    discarded: Vec<Discarded>,
    /// The groups that were looked into.
    groups: BTreeSet<i64>,
    /// There is nothing else to be received now.
    is_complete: bool,
}

struct Discarded {
    candidate: Candidate,
    why: Why,
}

enum Why {
    Expired,
    Exhausted,
}

impl Search {
    pub(super) fn messages(&self, connection: &Connection) -> Result<Found, StorageError> {
        let sql = format!("{COLUMNS} WHERE contents = ?1 AND visible_at <= ?2 ORDER BY visible_at, id");
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query((self.contents, self.now.as_millis()))?;
        let mut found = Found::new();
        while !self.is_enough(&found) {
            match rows.next()? {
                Some(row) => self.sort(&mut found, Candidate::read(row)?),
                None => return Ok(Found { is_complete: true, ..found }),
            }
        }
        Ok(found)
    }

    /// Those that are due, the one that has waited longest first; of each as many as may be had.
    pub(super) fn groups(&self, connection: &Connection) -> Result<Found, StorageError> {
        const DUE: &str = "SELECT id FROM message_group WHERE contents = ?1 AND due <= ?2 ORDER BY due, id";
        let in_order = format!("{COLUMNS} WHERE group_id = ?1 ORDER BY id");
        let mut groups = connection.prepare_cached(DUE)?;
        let mut groups = groups.query((self.contents, self.now.as_millis()))?;
        let mut messages = connection.prepare_cached(&in_order)?;
        let mut found = Found::new();
        while !self.is_enough(&found) {
            let Some(group) = groups.next()? else { return Ok(Found { is_complete: true, ..found }) };
            let group: i64 = group.get(0)?;
            found.groups.insert(group);
            let mut rows = messages.query([group])?;
            while !self.is_enough(&found)
                && let Some(row) = rows.next()?
            {
                let candidate = Candidate::read(row)?;
                if candidate.visible_at > self.now {
                    break;
                }
                self.sort(&mut found, candidate);
            }
        }
        Ok(found)
    }

    fn is_enough(&self, found: &Found) -> bool {
        found.taken.len() >= self.at_most || found.discarded.len() >= DISCARDED_MAX
    }

    fn sort(&self, found: &mut Found, candidate: Candidate) {
        if candidate.enqueued + self.retention <= self.now {
            found.discarded.push(Discarded { candidate, why: Why::Expired });
        } else if self.max_receives.is_some_and(|max| candidate.receives >= max) {
            found.discarded.push(Discarded { candidate, why: Why::Exhausted });
        } else {
            found.taken.push(candidate);
        }
    }
}

impl Found {
    fn new() -> Self {
        Self { taken: Vec::new(), discarded: Vec::new(), groups: BTreeSet::new(), is_complete: false }
    }
}

fn hand_out(
    connection: &Connection,
    candidate: Candidate,
    wish: &ReceiveMessages,
) -> Result<ReceivedMessage, StorageError> {
    const SQL: &str = "
        UPDATE message SET visible_at = ?2, receives = ?3, received = ?4, first_received = ?5 WHERE id = ?1";
    let Candidate { id, receives, mut message, .. } = candidate;
    message.receipt.receives = receives + 1;
    if receives == 0 {
        message.first_received = wish.now;
    }
    connection.prepare_cached(SQL)?.execute((
        id,
        (wish.now + wish.visibility).as_millis(),
        message.receipt.receives,
        wish.now.as_millis(),
        message.first_received.as_millis(),
    ))?;
    Ok(message)
}

pub(super) fn delete(connection: &Connection, message: i64) -> Result<(), StorageError> {
    connection.prepare_cached("DELETE FROM message WHERE id = ?1")?.execute([message])?;
    Ok(())
}

/// When there is something to be received again, or already.
fn next_visible(
    connection: &Connection,
    contents: i64,
    fifo: bool,
) -> Result<Option<Timestamp>, StorageError> {
    const MESSAGES: &str = "SELECT visible_at FROM message WHERE contents = ?1 ORDER BY visible_at LIMIT 1";
    const GROUPS: &str = "SELECT due FROM message_group WHERE contents = ?1 ORDER BY due LIMIT 1";
    let mut statement = connection.prepare_cached(if fifo { GROUPS } else { MESSAGES })?;
    Ok(statement.query_row([contents], |row| timestamp(row, 0)).optional()?)
}

pub(super) fn count_hidden(
    connection: &Connection,
    contents: i64,
    now: Timestamp,
) -> Result<u64, StorageError> {
    const SQL: &str = "SELECT COUNT(*) FROM message WHERE contents = ?1 AND visible_at > ?2 AND receives > 0";
    let mut statement = connection.prepare_cached(SQL)?;
    Ok(statement.query_row((contents, now.as_millis()), |row| row.get(0))?)
}
