use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use async_trait::async_trait;
use hob_types::{AccountId, Day, FunctionArn, Region};
use rusqlite::types::Type;
use rusqlite::{Connection, Row};

use super::database::{Database, Migrations};
use crate::data_directory::DataDirectory;
use crate::{OpenError, StorageError, Usage, UsageKey, UsageRecord, UsageStore};

/// `usage.db`: a file of its own, because it is written to every moment that a function is used.
pub(crate) struct SqliteUsageStore {
    database: Database,
    /// Keeps other servers out for as long as the file is open.
    _directory: Arc<DataDirectory>,
}

const MIGRATIONS: Migrations = &["
    CREATE TABLE usage (
        account        TEXT NOT NULL,
        region         TEXT NOT NULL,
        day            TEXT NOT NULL,
        function       TEXT NOT NULL,
        version        TEXT NOT NULL,
        architecture   TEXT NOT NULL,
        source         TEXT NOT NULL,
        requests       BIGINT NOT NULL,
        errors         BIGINT NOT NULL,
        throttles      BIGINT NOT NULL,
        billed_ms      BIGINT NOT NULL,
        init_ms        BIGINT NOT NULL,
        memory_mib_ms  BIGINT NOT NULL,
        storage_mib_ms BIGINT NOT NULL,
        PRIMARY KEY (account, region, day, function, version, architecture, source)
    );
"];

impl SqliteUsageStore {
    pub(crate) fn open(file: &Path, directory: Arc<DataDirectory>) -> Result<Self, OpenError> {
        Ok(Self { database: Database::open(file, MIGRATIONS)?, _directory: directory })
    }
}

#[async_trait]
impl UsageStore for SqliteUsageStore {
    async fn add(&self, records: Vec<UsageRecord>) -> Result<(), StorageError> {
        self.database
            .write(move |connection| records.iter().try_for_each(|record| add(connection, record)))
            .await
    }

    async fn usage(
        &self,
        account: &AccountId,
        region: &Region,
        first: Day,
        last: Day,
    ) -> Result<Vec<UsageRecord>, StorageError> {
        const SQL: &str = "
            SELECT account, region, day, function, version, architecture, source,
                requests, errors, throttles, billed_ms, init_ms, memory_mib_ms, storage_mib_ms
            FROM usage
            WHERE account = ?1 AND region = ?2 AND day BETWEEN ?3 AND ?4";
        let params = (account.to_string(), region.to_string(), first.to_string(), last.to_string());
        self.database
            .read(move |connection| {
                let mut statement = connection.prepare_cached(SQL)?;
                let mut records = statement.query_map(params, record)?.collect::<Result<Vec<_>, _>>()?;
                // Versions are numbers, and text would put 10 before 2.
                records.sort_unstable_by(|one, other| one.key.cmp(&other.key));
                Ok(records)
            })
            .await
    }
}

fn add(connection: &Connection, record: &UsageRecord) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO usage
            (account, region, day, function, version, architecture, source,
                requests, errors, throttles, billed_ms, init_ms, memory_mib_ms, storage_mib_ms)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
        ON CONFLICT (account, region, day, function, version, architecture, source) DO UPDATE SET
            requests = usage.requests + excluded.requests,
            errors = usage.errors + excluded.errors,
            throttles = usage.throttles + excluded.throttles,
            billed_ms = usage.billed_ms + excluded.billed_ms,
            init_ms = usage.init_ms + excluded.init_ms,
            memory_mib_ms = usage.memory_mib_ms + excluded.memory_mib_ms,
            storage_mib_ms = usage.storage_mib_ms + excluded.storage_mib_ms";
    let UsageRecord { key, usage } = record;
    connection.prepare_cached(SQL)?.execute((
        key.function.account.to_string(),
        key.function.region.to_string(),
        key.day.to_string(),
        key.function.name.to_string(),
        key.version.to_string(),
        key.architecture.as_str(),
        key.source.as_str(),
        usage.requests,
        usage.errors,
        usage.throttles,
        usage.billed_ms,
        usage.init_ms,
        usage.memory_mib_ms,
        usage.storage_mib_ms,
    ))?;
    Ok(())
}

fn record(row: &Row<'_>) -> rusqlite::Result<UsageRecord> {
    Ok(UsageRecord {
        key: UsageKey {
            function: FunctionArn {
                account: parsed(row, "account")?,
                region: parsed(row, "region")?,
                name: parsed(row, "function")?,
            },
            version: parsed(row, "version")?,
            architecture: parsed(row, "architecture")?,
            source: parsed(row, "source")?,
            day: parsed(row, "day")?,
        },
        usage: Usage {
            requests: row.get("requests")?,
            errors: row.get("errors")?,
            throttles: row.get("throttles")?,
            billed_ms: row.get("billed_ms")?,
            init_ms: row.get("init_ms")?,
            memory_mib_ms: row.get("memory_mib_ms")?,
            storage_mib_ms: row.get("storage_mib_ms")?,
        },
    })
}

fn parsed<T>(row: &Row<'_>, column: &str) -> rusqlite::Result<T>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    let index = row.as_ref().column_index(column)?;
    let text = row.get_ref(index)?.as_str()?;
    text.parse()
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(index, Type::Text, Box::new(error)))
}
