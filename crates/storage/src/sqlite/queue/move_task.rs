//! Move tasks: each step is one transaction with its count, so a crash neither moves a message twice nor forgets one.

use std::time::Duration;

use hob_types::{QueueArn, Timestamp};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::administration;
use super::dead_letter::{self, Arrival, Destination};
use super::group;
use super::message::Candidate;
use super::receive::Search;
use super::store::Listener;
use crate::sqlite::rows::{parsed, timestamp};
use crate::{MoveTaskId, MoveTaskRecord, MoveTaskStatus, Moved, StorageError};

const COLUMNS: &str = "
    SELECT id, source, destination, per_second, status, started, moved, to_move, failure FROM move_task";

fn record(row: &Row<'_>) -> rusqlite::Result<MoveTaskRecord> {
    let destination: Option<String> = row.get(2)?;
    Ok(MoveTaskRecord {
        id: MoveTaskId::new(row.get(0)?),
        source: parsed(row, 1, str::parse)?,
        destination: destination.map(|_| parsed(row, 2, str::parse)).transpose()?,
        per_second: row.get(3)?,
        status: status(row, 4)?,
        started: timestamp(row, 5)?,
        moved: row.get(6)?,
        to_move: row.get(7)?,
        failure: row.get(8)?,
    })
}

fn status(row: &Row<'_>, column: usize) -> rusqlite::Result<MoveTaskStatus> {
    let text = row.get_ref(column)?.as_str()?;
    let status = MoveTaskStatus::ALL.into_iter().find(|status| status.as_str() == text);
    status.ok_or_else(|| rusqlite::Error::InvalidColumnType(column, text.to_owned(), Type::Text))
}

pub(super) fn start(
    connection: &Connection,
    source: &QueueArn,
    destination: Option<&QueueArn>,
    per_second: Option<u32>,
    to_move: u64,
    now: Timestamp,
) -> Result<Option<MoveTaskId>, StorageError> {
    const SQL: &str = "
        INSERT INTO move_task (source, destination, per_second, status, started, to_move)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let source = source.to_string();
    if latest(connection, &source, 1)?.first().is_some_and(|task| !task.status.is_final()) {
        return Ok(None);
    }
    let (destination, status) = (destination.map(ToString::to_string), MoveTaskStatus::Running.as_str());
    let params = (source, destination, per_second, status, now.as_millis(), to_move);
    connection.prepare_cached(SQL)?.execute(params)?;
    Ok(Some(MoveTaskId::new(connection.last_insert_rowid())))
}

pub(super) fn get(connection: &Connection, task: MoveTaskId) -> Result<Option<MoveTaskRecord>, StorageError> {
    let mut statement = connection.prepare_cached(&format!("{COLUMNS} WHERE id = ?1"))?;
    Ok(statement.query_row([task.get()], record).optional()?)
}

pub(super) fn latest(
    connection: &Connection,
    source: &str,
    limit: usize,
) -> Result<Vec<MoveTaskRecord>, StorageError> {
    let sql = format!("{COLUMNS} WHERE source = ?1 ORDER BY id DESC LIMIT ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    let records = statement.query_map((source, i64::try_from(limit).unwrap_or(i64::MAX)), record)?;
    Ok(records.collect::<Result<_, _>>()?)
}

pub(super) fn open(connection: &Connection) -> Result<Vec<MoveTaskRecord>, StorageError> {
    let sql = format!("{COLUMNS} WHERE status IN ('RUNNING', 'CANCELLING') ORDER BY id");
    let mut statement = connection.prepare_cached(&sql)?;
    let records = statement.query_map([], record)?;
    Ok(records.collect::<Result<_, _>>()?)
}

pub(super) fn cancel(
    connection: &Connection,
    task: MoveTaskId,
) -> Result<Option<MoveTaskRecord>, StorageError> {
    match get(connection, task)? {
        Some(record) if record.status == MoveTaskStatus::Running => {
            set_status(connection, task, MoveTaskStatus::Cancelling, None)?;
            Ok(Some(record))
        }
        _ => Ok(None),
    }
}

fn set_status(
    connection: &Connection,
    task: MoveTaskId,
    status: MoveTaskStatus,
    failure: Option<&str>,
) -> Result<(), StorageError> {
    connection.prepare_cached("UPDATE move_task SET status = ?2, failure = ?3 WHERE id = ?1")?.execute((
        task.get(),
        status.as_str(),
        failure,
    ))?;
    Ok(())
}

pub(super) fn step(
    connection: &Connection,
    listener: &Listener,
    task: MoveTaskId,
    new_ids: &[String],
    now: Timestamp,
) -> Result<Moved, StorageError> {
    let Some(record) = get(connection, task)?.filter(|record| !record.status.is_final()) else {
        return Ok(Moved::Finished);
    };
    let end = |status, failure: Option<&str>| {
        set_status(connection, task, status, failure).map(|()| Moved::Finished)
    };
    if record.status == MoveTaskStatus::Cancelling {
        return end(MoveTaskStatus::Cancelled, None);
    }
    let Some((source, contents)) = administration::named(connection, &record.source)? else {
        return end(MoveTaskStatus::Failed, Some("AWS.SimpleQueueService.NonExistentQueue"));
    };
    let retention = Duration::MAX;
    let search = Search { contents, at_most: new_ids.len(), retention, max_receives: None, now };
    let is_fifo = record.source.is_fifo();
    let found = if is_fifo { search.groups(connection)? } else { search.messages(connection)? };
    if found.taken.is_empty() {
        return end(MoveTaskStatus::Completed, None);
    }
    let mut moved = 0_u64;
    for (candidate, new_id) in found.taken.iter().zip(new_ids) {
        let Some(target) = target(connection, &record, candidate)? else {
            count(connection, task, moved)?;
            return end(MoveTaskStatus::Failed, Some("CouldNotDetermineMessageSource"));
        };
        let arrival = Arrival { visible_at: now, enqueued: now, renewed: Some(new_id) };
        dead_letter::transfer(connection, listener, candidate, &target, &arrival)?;
        if let Some(group) = candidate.group {
            group::settle(connection, listener, source, group, now)?;
        }
        moved += 1;
    }
    count(connection, task, moved)?;
    Ok(Moved::Messages(moved))
}

fn count(connection: &Connection, task: MoveTaskId, moved: u64) -> Result<(), StorageError> {
    connection
        .prepare_cached("UPDATE move_task SET moved = moved + ?2 WHERE id = ?1")?
        .execute((task.get(), moved))?;
    Ok(())
}

/// The task's own destination, or where the message came from.
fn target(
    connection: &Connection,
    task: &MoveTaskRecord,
    candidate: &Candidate,
) -> Result<Option<Destination>, StorageError> {
    let source = candidate.message.dead_letter_source.as_ref().and_then(|source| source.parse().ok());
    let Some(queue) = task.destination.clone().or(source) else { return Ok(None) };
    let named = administration::named(connection, &queue)?;
    Ok(named.map(|(queue, contents)| Destination { queue, contents, source: None }))
}
