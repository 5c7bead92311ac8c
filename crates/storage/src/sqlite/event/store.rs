use std::any::Any;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use hob_types::{FunctionArn, Timestamp};
use rusqlite::{Connection, OptionalExtension as _};

use super::MIGRATIONS;
use super::rows::{deliveries_json, due, insert, parse};
use crate::sqlite::database::{Database, Durability};
use crate::{
    DueEvents, DuePage, EventConsequences, EventDelivery, EventId, EventProgress, EventStore, NewEvent,
    OpenError, StorageError,
};

/// `events.db`: a file of its own, because it is written to with every event.
pub(crate) struct SqliteEventStore {
    database: Database,
    /// Is there for as long as the file is open.
    _directory: Arc<dyn Any + Send + Sync>,
}

impl SqliteEventStore {
    pub(crate) fn open(
        file: &Path,
        durability: Durability,
        directory: Arc<dyn Any + Send + Sync>,
    ) -> Result<Self, OpenError> {
        Ok(Self { database: Database::open_as(file, MIGRATIONS, durability)?, _directory: directory })
    }
}

#[async_trait]
impl EventStore for SqliteEventStore {
    async fn accept(&self, event: NewEvent) -> Result<(), StorageError> {
        self.database.write(move |connection| insert(connection, &event)).await
    }

    async fn functions(&self) -> Result<Vec<FunctionArn>, StorageError> {
        self.database
            .read(|connection| {
                let mut functions = Vec::new();
                while let Some(function) = function_after(connection, functions.last())? {
                    functions.push(function);
                }
                Ok(functions)
            })
            .await
    }

    async fn due(
        &self,
        function: &FunctionArn,
        now: Timestamp,
        held: Vec<EventId>,
        page: DuePage,
    ) -> Result<DueEvents, StorageError> {
        let function = function.clone();
        self.database.read(move |connection| due(connection, &function, now, &held, page)).await
    }

    async fn put_off(
        &self,
        event: EventId,
        until: Timestamp,
        progress: EventProgress,
    ) -> Result<(), StorageError> {
        self.database.write(move |connection| put_off(connection, event, until, &progress)).await
    }

    async fn conclude(&self, event: EventId, consequences: EventConsequences) -> Result<(), StorageError> {
        self.database.write(move |connection| conclude(connection, event, &consequences)).await
    }

    async fn keep_deliveries(
        &self,
        event: EventId,
        deliveries: Vec<EventDelivery>,
    ) -> Result<(), StorageError> {
        const SQL: &str = "UPDATE event SET deliveries = ?2 WHERE id = ?1";
        self.database
            .write(move |connection| {
                let deliveries = deliveries_json(&deliveries)?;
                connection.prepare_cached(SQL)?.execute((event.0, deliveries))?;
                Ok(())
            })
            .await
    }

    async fn remove(&self, event: EventId) -> Result<(), StorageError> {
        const SQL: &str = "DELETE FROM event WHERE id = ?1";
        self.database
            .write(move |connection| {
                connection.prepare_cached(SQL)?.execute([event.0])?;
                Ok(())
            })
            .await
    }
}

/// One step through the index for each function, however many events it has.
fn function_after(
    connection: &Connection,
    last: Option<&FunctionArn>,
) -> Result<Option<FunctionArn>, StorageError> {
    const SQL: &str = "SELECT function FROM event WHERE function > ?1 ORDER BY function LIMIT 1";
    let last = last.map_or_else(String::new, FunctionArn::to_string);
    let next: Option<String> =
        connection.prepare_cached(SQL)?.query_row([last], |row| row.get(0)).optional()?;
    next.as_deref().map(parse).transpose()
}

fn put_off(
    connection: &Connection,
    event: EventId,
    until: Timestamp,
    progress: &EventProgress,
) -> Result<(), StorageError> {
    const SQL: &str = "
        UPDATE event
        SET due = ?2, attempts = ?3, postponements = ?4, failure = ?5, executed_version = ?6, answer = ?7
        WHERE id = ?1";
    let answer = progress.answer.as_ref();
    connection.prepare_cached(SQL)?.execute((
        event.0,
        until.as_millis(),
        progress.attempts,
        progress.postponements,
        progress.failure.map(super::rows::failure_text),
        answer.map(|answer| answer.executed_version.to_string()),
        answer.map(|answer| &answer.payload[..]),
    ))?;
    Ok(())
}

/// What the function answered is in the record, and need not be kept twice.
fn conclude(
    connection: &Connection,
    event: EventId,
    consequences: &EventConsequences,
) -> Result<(), StorageError> {
    const SQL: &str = "
        UPDATE event
        SET record = ?2, record_trace = ?3, deliveries = ?4, due = accepted, postponements = 0,
            executed_version = NULL, answer = NULL
        WHERE id = ?1";
    let EventConsequences { record, trace_header, deliveries } = consequences;
    let deliveries = deliveries_json(deliveries)?;
    connection.prepare_cached(SQL)?.execute((event.0, &record[..], trace_header, deliveries))?;
    Ok(())
}
