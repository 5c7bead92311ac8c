use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use hob_types::{AccountId, FunctionArn, FunctionName, Region, RevisionId, Sha256Digest};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension as _, Params, Row};

use super::database::{Database, Migrations};
use crate::data_directory::DataDirectory;
use crate::{CodeUsage, FunctionRecord, FunctionStore, OpenError, Reservation, StorageError};

/// `meta.db`: each function is one JSON document, beside the columns that queries need.
pub(crate) struct SqliteFunctionStore {
    database: Database,
    /// Keeps other servers out for as long as the file is open.
    _directory: Arc<DataDirectory>,
}

const MIGRATIONS: Migrations = &[
    "
    CREATE TABLE function (
        account     TEXT NOT NULL,
        region      TEXT NOT NULL,
        name        TEXT NOT NULL,
        revision    TEXT NOT NULL,
        unsettled   BOOLEAN NOT NULL,
        code_sha256 TEXT NOT NULL,
        code_size   BIGINT NOT NULL,
        document    TEXT NOT NULL,
        PRIMARY KEY (account, region, name)
    );
    CREATE INDEX function_unsettled ON function (unsettled) WHERE unsettled;
",
    "
    ALTER TABLE function ADD COLUMN reserved_concurrency BIGINT;
",
];

impl SqliteFunctionStore {
    pub(crate) fn open(file: &Path, directory: Arc<DataDirectory>) -> Result<Self, OpenError> {
        Ok(Self { database: Database::open(file, MIGRATIONS)?, _directory: directory })
    }
}

#[async_trait]
impl FunctionStore for SqliteFunctionStore {
    async fn create(&self, function: FunctionRecord) -> Result<bool, StorageError> {
        const SQL: &str = "
            INSERT INTO function
                (account, region, name, revision, unsettled, code_sha256, code_size, document)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT DO NOTHING";
        let row = FunctionRow::new(&function)?;
        self.database.write(move |connection| execute(connection, SQL, row.params())).await
    }

    async fn get(&self, arn: &FunctionArn) -> Result<Option<FunctionRecord>, StorageError> {
        const SQL: &str = "SELECT document FROM function WHERE account = ?1 AND region = ?2 AND name = ?3";
        let key = key(arn);
        self.database
            .read(move |connection| {
                Ok(connection.prepare_cached(SQL)?.query_row(key, document).optional()?)
            })
            .await
    }

    async fn replace(&self, expected: RevisionId, function: FunctionRecord) -> Result<bool, StorageError> {
        const SQL: &str = "
            UPDATE function
            SET revision = ?4, unsettled = ?5, code_sha256 = ?6, code_size = ?7, document = ?8
            WHERE account = ?1 AND region = ?2 AND name = ?3 AND revision = ?9";
        let row = FunctionRow::new(&function)?;
        self.database
            .write(move |connection| {
                let (account, region, name, revision, unsettled, sha256, size, document) = row.params();
                let expected = expected.to_string();
                let params = (account, region, name, revision, unsettled, sha256, size, document, expected);
                execute(connection, SQL, params)
            })
            .await
    }

    async fn delete(&self, arn: &FunctionArn) -> Result<bool, StorageError> {
        const SQL: &str = "DELETE FROM function WHERE account = ?1 AND region = ?2 AND name = ?3";
        let key = key(arn);
        self.database.write(move |connection| execute(connection, SQL, key)).await
    }

    async fn reserve(
        &self,
        arn: &FunctionArn,
        reserved: Option<u32>,
        sum_max: u64,
    ) -> Result<Reservation, StorageError> {
        let key = key(arn);
        self.database.write(move |connection| reserve(connection, &key, reserved, sum_max)).await
    }

    async fn reserved(&self, arn: &FunctionArn) -> Result<Option<u32>, StorageError> {
        let key = key(arn);
        self.database.read(move |connection| Ok(reserved(connection, &key)?.flatten())).await
    }

    async fn reservations(&self) -> Result<Vec<(FunctionArn, u32)>, StorageError> {
        const SQL: &str = "
            SELECT account, region, name, reserved_concurrency FROM function
            WHERE reserved_concurrency IS NOT NULL ORDER BY account, region, name";
        self.database
            .read(|connection| {
                let mut statement = connection.prepare_cached(SQL)?;
                let reservations = statement.query_map((), |row| Ok((arn(row)?, row.get(3)?)))?;
                Ok(reservations.collect::<Result<_, _>>()?)
            })
            .await
    }

    async fn list(
        &self,
        account: &AccountId,
        region: &Region,
        after: Option<&FunctionName>,
        limit: usize,
    ) -> Result<Vec<FunctionRecord>, StorageError> {
        const SQL: &str = "
            SELECT document FROM function
            WHERE account = ?1 AND region = ?2 AND name > ?3
            ORDER BY name LIMIT ?4";
        // No name is empty, so every name comes after the empty one.
        let after = after.map_or("", FunctionName::as_str).to_owned();
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let params = (account.to_string(), region.to_string(), after, limit);
        self.database.read(move |connection| documents(connection, SQL, params)).await
    }

    async fn usage(&self, account: &AccountId, region: &Region) -> Result<CodeUsage, StorageError> {
        const SQL: &str = "
            SELECT COUNT(*), COALESCE(SUM(code_size), 0), COALESCE(SUM(reserved_concurrency), 0) FROM function
            WHERE account = ?1 AND region = ?2";
        let params = (account.to_string(), region.to_string());
        let usage = |row: &Row<'_>| {
            Ok(CodeUsage {
                functions: row.get(0)?,
                code_size: row.get(1)?,
                reserved_concurrency: row.get(2)?,
            })
        };
        self.database
            .read(move |connection| Ok(connection.prepare_cached(SQL)?.query_row(params, usage)?))
            .await
    }

    async fn unsettled(&self) -> Result<Vec<FunctionRecord>, StorageError> {
        const SQL: &str = "SELECT document FROM function WHERE unsettled ORDER BY account, region, name";
        self.database.read(|connection| documents(connection, SQL, ())).await
    }

    async fn code_in_use(&self) -> Result<Vec<Sha256Digest>, StorageError> {
        const SQL: &str = "SELECT DISTINCT code_sha256 FROM function ORDER BY code_sha256";
        self.database
            .read(|connection| {
                let mut statement = connection.prepare_cached(SQL)?;
                let digests = statement.query_map((), |row| parsed(row, |text| text.parse()))?;
                Ok(digests.collect::<Result<_, _>>()?)
            })
            .await
    }
}

/// The columns of one function, made before the writer has to wait for them.
struct FunctionRow {
    key: Key,
    revision: String,
    unsettled: bool,
    code_sha256: String,
    code_size: u64,
    document: String,
}

impl FunctionRow {
    fn new(function: &FunctionRecord) -> Result<Self, StorageError> {
        Ok(Self {
            key: key(&function.arn),
            revision: function.revision.to_string(),
            unsettled: function.is_unsettled(),
            code_sha256: function.code.sha256.to_string(),
            code_size: function.code.size,
            document: serde_json::to_string(function)
                .map_err(|error| StorageError::Database(error.to_string()))?,
        })
    }

    fn params(&self) -> (&str, &str, &str, &str, bool, &str, u64, &str) {
        let (account, region, name) = &self.key;
        (
            account,
            region,
            name,
            &self.revision,
            self.unsettled,
            &self.code_sha256,
            self.code_size,
            &self.document,
        )
    }
}

/// Account, region and name.
type Key = (String, String, String);

fn key(arn: &FunctionArn) -> Key {
    (arn.account.to_string(), arn.region.to_string(), arn.name.to_string())
}

/// The first three columns of a row, put together again.
fn arn(row: &Row<'_>) -> rusqlite::Result<FunctionArn> {
    Ok(FunctionArn {
        account: parsed_at(0, row, str::parse)?,
        region: parsed_at(1, row, str::parse)?,
        name: parsed_at(2, row, str::parse)?,
    })
}

fn reserve(
    connection: &Connection,
    key: &Key,
    wanted: Option<u32>,
    sum_max: u64,
) -> Result<Reservation, StorageError> {
    const SUM: &str = "
        SELECT COALESCE(SUM(reserved_concurrency), 0) FROM function WHERE account = ?1 AND region = ?2";
    const SET: &str = "
        UPDATE function SET reserved_concurrency = ?4 WHERE account = ?1 AND region = ?2 AND name = ?3";
    let (account, region, name) = key;
    let Some(before) = reserved(connection, key)? else { return Ok(Reservation::NoFunction) };
    let sum: u64 = connection.prepare_cached(SUM)?.query_row((account, region), |row| row.get(0))?;
    let judgement = Reservation::judge(sum, before, wanted, sum_max);
    if judgement == Reservation::Done {
        execute(connection, SET, (account, region, name, wanted))?;
    }
    Ok(judgement)
}

/// `None`: there is no such function.
fn reserved(connection: &Connection, key: &Key) -> Result<Option<Option<u32>>, StorageError> {
    const SQL: &str = "
        SELECT reserved_concurrency FROM function WHERE account = ?1 AND region = ?2 AND name = ?3";
    let (account, region, name) = key;
    let mut statement = connection.prepare_cached(SQL)?;
    Ok(statement.query_row((account, region, name), |row| row.get(0)).optional()?)
}

/// Whether a row was changed.
fn execute(connection: &Connection, sql: &str, params: impl Params) -> Result<bool, StorageError> {
    Ok(connection.prepare_cached(sql)?.execute(params)? > 0)
}

fn documents(
    connection: &Connection,
    sql: &str,
    params: impl Params,
) -> Result<Vec<FunctionRecord>, StorageError> {
    let mut statement = connection.prepare_cached(sql)?;
    let functions = statement.query_map(params, document)?;
    Ok(functions.collect::<Result<_, _>>()?)
}

fn document(row: &Row<'_>) -> rusqlite::Result<FunctionRecord> {
    parsed(row, |text| serde_json::from_str(text))
}

/// A row's only column, parsed.
fn parsed<T, E>(row: &Row<'_>, parse: impl FnOnce(&str) -> Result<T, E>) -> rusqlite::Result<T>
where
    E: std::error::Error + Send + Sync + 'static,
{
    parsed_at(0, row, parse)
}

fn parsed_at<T, E>(
    column: usize,
    row: &Row<'_>,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> rusqlite::Result<T>
where
    E: std::error::Error + Send + Sync + 'static,
{
    let text = row.get_ref(column)?.as_str()?;
    parse(text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
}
