//! What changes a function, within one transaction.

use rusqlite::{Connection, OptionalExtension as _};

use super::documents::execute;
use super::rows::{FunctionRow, Key, PartRow};
use crate::function::claim_fits;
use crate::{Changed, PartKey, StorageError};

/// A change as rows.
pub(super) struct Change {
    pub(super) edition: u64,
    pub(super) function: FunctionRow,
    pub(super) put: Vec<PartRow>,
    pub(super) remove: Vec<PartKey>,
    pub(super) concurrency_max: Option<u64>,
}

impl Change {
    pub(super) fn make(&self, connection: &Connection) -> Result<Changed, StorageError> {
        let Some((edition, claimed)) = current(connection, &self.function.key)? else {
            return Ok(Changed::Stale);
        };
        if edition != self.edition {
            return Ok(Changed::Stale);
        }
        let (account, region, _) = &self.function.key;
        let fits = self.function.claimed <= claimed
            || claim_fits(
                claimed_in(connection, account, region)?,
                claimed,
                self.function.claimed,
                self.concurrency_max,
            );
        if !fits {
            return Ok(Changed::ConcurrencyExceeded);
        }
        update(connection, &self.function, edition + 1)?;
        for part in &self.remove {
            remove(connection, &self.function.key, part)?;
        }
        put_all(connection, &self.function.key, &self.put)?;
        Ok(Changed::Done)
    }
}

/// `false`: there is one of that name.
pub(super) fn insert(connection: &Connection, function: &FunctionRow) -> Result<bool, StorageError> {
    const SQL: &str = "
        INSERT INTO function
            (account, region, name, revision, unsettled, packages, code_size, reserved_concurrency,
             claimed_concurrency, environment, document, edition)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 1)
        ON CONFLICT DO NOTHING";
    execute(connection, SQL, params(function))
}

fn update(connection: &Connection, function: &FunctionRow, edition: u64) -> Result<(), StorageError> {
    const SQL: &str = "
        UPDATE function
        SET revision = ?4, unsettled = ?5, packages = ?6, code_size = ?7, reserved_concurrency = ?8,
            claimed_concurrency = ?9, environment = ?10, document = ?11, edition = ?12
        WHERE account = ?1 AND region = ?2 AND name = ?3";
    let (
        account,
        region,
        name,
        revision,
        unsettled,
        packages,
        size,
        reserved,
        claimed,
        environment,
        document,
    ) = params(function);
    let params = (
        account,
        region,
        name,
        revision,
        unsettled,
        packages,
        size,
        reserved,
        claimed,
        environment,
        document,
        edition,
    );
    execute(connection, SQL, params).map(drop)
}

type FunctionParams<'a> =
    (&'a str, &'a str, &'a str, &'a str, bool, &'a str, u64, Option<u32>, u32, Option<&'a [u8]>, &'a str);

fn params(function: &FunctionRow) -> FunctionParams<'_> {
    let (account, region, name) = &function.key;
    (
        account,
        region,
        name,
        &function.revision,
        function.unsettled,
        &function.packages,
        function.code_size,
        function.reserved,
        function.claimed,
        function.environment.as_deref(),
        &function.document,
    )
}

/// Its edition and its claim.
fn current(connection: &Connection, key: &Key) -> Result<Option<(u64, u32)>, StorageError> {
    const SQL: &str = "
        SELECT edition, claimed_concurrency FROM function WHERE account = ?1 AND region = ?2 AND name = ?3";
    let mut statement = connection.prepare_cached(SQL)?;
    let key = (&key.0, &key.1, &key.2);
    Ok(statement.query_row(key, |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

pub(super) fn claimed_in(connection: &Connection, account: &str, region: &str) -> Result<u64, StorageError> {
    const SQL: &str = "
        SELECT COALESCE(SUM(claimed_concurrency), 0) FROM function
        WHERE account = ?1 AND region = ?2 AND claimed_concurrency > 0";
    Ok(connection.prepare_cached(SQL)?.query_row((account, region), |row| row.get(0))?)
}

pub(super) fn put_all(connection: &Connection, key: &Key, parts: &[PartRow]) -> Result<(), StorageError> {
    for part in parts {
        put(connection, key, part)?;
        if let Some(number) = part.number {
            count_version(connection, key, number)?;
        }
    }
    Ok(())
}

fn put(connection: &Connection, key: &Key, part: &PartRow) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO part
            (account, region, function, kind, name, unsettled, packages, code_size, environment, document)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        ON CONFLICT (account, region, function, kind, name) DO UPDATE
        SET unsettled = excluded.unsettled, packages = excluded.packages, code_size = excluded.code_size,
            environment = excluded.environment, document = excluded.document";
    let params = (
        &key.0,
        &key.1,
        &key.2,
        part.key.kind.as_str(),
        &part.key.name,
        part.unsettled,
        &part.packages,
        part.code_size,
        part.environment.as_deref(),
        &part.document,
    );
    execute(connection, SQL, params).map(drop)
}

fn remove(connection: &Connection, key: &Key, part: &PartKey) -> Result<(), StorageError> {
    const SQL: &str = "
        DELETE FROM part
        WHERE account = ?1 AND region = ?2 AND function = ?3 AND kind = ?4 AND name = ?5";
    execute(connection, SQL, (&key.0, &key.1, &key.2, part.kind.as_str(), &part.name)).map(drop)
}

fn count_version(connection: &Connection, key: &Key, number: u64) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO number (account, region, kind, name, last) VALUES (?1, ?2, 'version', ?3, ?4)
        ON CONFLICT (account, region, kind, name) DO UPDATE SET last = excluded.last
        WHERE excluded.last > number.last";
    execute(connection, SQL, (&key.0, &key.1, &key.2, number)).map(drop)
}

/// `false`: there was none.
pub(super) fn delete(connection: &Connection, key: &Key) -> Result<bool, StorageError> {
    const PARTS: &str = "DELETE FROM part WHERE account = ?1 AND region = ?2 AND function = ?3";
    const FUNCTION: &str = "DELETE FROM function WHERE account = ?1 AND region = ?2 AND name = ?3";
    let key = (&key.0, &key.1, &key.2);
    execute(connection, PARTS, key)?;
    execute(connection, FUNCTION, key)
}
