use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use hob_types::{AccountId, Region, Timestamp};
use rusqlite::{Row, RowIndex};

use super::schema::MIGRATIONS;
use super::{append, event, group, stream, sweep, tags};
use crate::data_directory::DataDirectory;
use crate::sqlite::database::Database;
use crate::{
    Appended, EventPage, EventQuery, GroupNameFilter, LogDelivery, LogGroupId, LogGroupRecord, LogStore,
    LogStreamId, LogStreamRecord, NewLogEvent, OpenError, StorageError, StreamCreated, StreamQuery, Tagged,
};

pub(crate) struct SqliteLogStore {
    database: Database,
    /// Keeps other servers out for as long as the file is open.
    _directory: Arc<DataDirectory>,
}

impl SqliteLogStore {
    pub(crate) fn open(file: &Path, directory: Arc<DataDirectory>) -> Result<Self, OpenError> {
        Ok(Self { database: Database::open(file, MIGRATIONS)?, _directory: directory })
    }
}

#[async_trait]
impl LogStore for SqliteLogStore {
    async fn create_group(
        &self,
        id: &LogGroupId,
        tags: BTreeMap<String, String>,
        now: Timestamp,
    ) -> Result<bool, StorageError> {
        let id = id.clone();
        self.database.write(move |connection| group::create(connection, &id, &tags, now)).await
    }

    async fn group(&self, id: &LogGroupId) -> Result<Option<LogGroupRecord>, StorageError> {
        let id = id.clone();
        self.database.read(move |connection| group::get(connection, id)).await
    }

    async fn groups(
        &self,
        account: &AccountId,
        region: &Region,
        filter: &GroupNameFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<LogGroupRecord>, StorageError> {
        // No name is empty, so every name comes after the empty one.
        let after = after.unwrap_or_default().to_owned();
        let (account, region, filter) = (account.clone(), region.clone(), filter.clone());
        self.database
            .read(move |connection| group::list(connection, &account, &region, &filter, &after, limit))
            .await
    }

    async fn delete_group(&self, id: &LogGroupId) -> Result<bool, StorageError> {
        let id = id.clone();
        self.database.write(move |connection| group::delete(connection, &id)).await
    }

    async fn set_retention(&self, id: &LogGroupId, days: Option<u32>) -> Result<bool, StorageError> {
        let id = id.clone();
        self.database.write(move |connection| group::set_retention(connection, &id, days)).await
    }

    async fn tag_group(
        &self,
        id: &LogGroupId,
        added: BTreeMap<String, String>,
        limit: usize,
    ) -> Result<Tagged, StorageError> {
        let id = id.clone();
        self.database.write(move |connection| tags::tag(connection, &id, added, limit)).await
    }

    async fn untag_group(&self, id: &LogGroupId, keys: Vec<String>) -> Result<bool, StorageError> {
        let id = id.clone();
        self.database.write(move |connection| tags::untag(connection, &id, &keys)).await
    }

    async fn create_stream(&self, id: &LogStreamId, now: Timestamp) -> Result<StreamCreated, StorageError> {
        let id = id.clone();
        self.database.write(move |connection| stream::create(connection, &id, now)).await
    }

    async fn stream(&self, id: &LogStreamId) -> Result<Option<LogStreamRecord>, StorageError> {
        let id = id.clone();
        self.database.read(move |connection| stream::get(connection, &id)).await
    }

    async fn streams(
        &self,
        group: &LogGroupId,
        query: &StreamQuery,
    ) -> Result<Vec<LogStreamRecord>, StorageError> {
        let (group, query) = (group.clone(), query.clone());
        self.database.read(move |connection| stream::list(connection, &group, &query)).await
    }

    async fn delete_stream(&self, id: &LogStreamId) -> Result<bool, StorageError> {
        let id = id.clone();
        self.database.write(move |connection| stream::delete(connection, &id)).await
    }

    async fn append(
        &self,
        stream: &LogStreamId,
        events: Vec<NewLogEvent>,
        now: Timestamp,
    ) -> Result<Appended, StorageError> {
        let stream = stream.clone();
        self.database.write(move |connection| append::append(connection, &stream, &events, now)).await
    }

    async fn deliver(&self, deliveries: Vec<LogDelivery>, now: Timestamp) -> Result<(), StorageError> {
        self.database
            .write(move |connection| {
                deliveries.iter().try_for_each(|delivery| append::deliver(connection, delivery, now))
            })
            .await
    }

    async fn events(&self, query: &EventQuery) -> Result<EventPage, StorageError> {
        let query = query.clone();
        self.database.read(move |connection| event::page(connection, &query)).await
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<bool, StorageError> {
        self.database.write(move |connection| sweep::sweep(connection, now, limit)).await
    }
}

/// A column in milliseconds.
pub(super) fn timestamp(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<Timestamp> {
    Ok(Timestamp::from_millis(row.get(column)?))
}

/// A column in milliseconds that may be NULL.
pub(super) fn optional_timestamp(
    row: &Row<'_>,
    column: impl RowIndex,
) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp::from_millis))
}

/// A LIMIT.
pub(super) fn sql_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
