use std::sync::Arc;

use async_trait::async_trait;
use hob_types::{AccountId, FunctionArn, FunctionName, Region, Sha256Digest};
use rusqlite::{Connection, OptionalExtension as _};

use super::SqliteMetaStore;
use super::changes::{self, Change};
use super::documents::{limit, query, unreadable};
use super::rows::{FunctionRow, PartRow, arn, key, read_function, read_part};
use crate::seal::Sealer;
use crate::{
    Changed, CodeUsage, FunctionChange, FunctionPart, FunctionRecord, FunctionStore, PartKey, PartKind,
    StorageError,
};

impl SqliteMetaStore {
    fn part_rows(&self, arn: &FunctionArn, parts: Vec<FunctionPart>) -> Result<Vec<PartRow>, StorageError> {
        parts.into_iter().map(|part| PartRow::new(arn, part, &self.sealer)).collect()
    }

    async fn functions(
        &self,
        sql: &'static str,
        params: impl rusqlite::Params + Send + 'static,
    ) -> Result<Vec<FunctionRecord>, StorageError> {
        let sealer = Arc::clone(&self.sealer);
        self.database
            .read(move |connection| query(connection, sql, params, |row| read_function(row, 0, &sealer)))
            .await
    }

    /// From the columns account, region, function, document and environment.
    async fn parts_of_any(
        &self,
        sql: &'static str,
        params: impl rusqlite::Params + Send + 'static,
    ) -> Result<Vec<(FunctionArn, FunctionPart)>, StorageError> {
        let sealer = Arc::clone(&self.sealer);
        self.database
            .read(move |connection| {
                query(connection, sql, params, |row| {
                    let function = arn(row)?;
                    let part = read_part(row, 3, &function, &sealer)?;
                    Ok((function, part))
                })
            })
            .await
    }
}

#[async_trait]
impl FunctionStore for SqliteMetaStore {
    async fn create(&self, function: FunctionRecord, parts: Vec<FunctionPart>) -> Result<bool, StorageError> {
        let parts = self.part_rows(&function.arn, parts)?;
        let row = FunctionRow::new(function, &self.sealer)?;
        self.database
            .write(move |connection| {
                let created = changes::insert(connection, &row)?;
                if created {
                    changes::put_all(connection, &row.key, &parts)?;
                }
                Ok(created)
            })
            .await
    }

    async fn get(&self, arn: &FunctionArn) -> Result<Option<FunctionRecord>, StorageError> {
        const SQL: &str = "
            SELECT document, environment, edition FROM function
            WHERE account = ?1 AND region = ?2 AND name = ?3";
        Ok(self.functions(SQL, key(arn)).await?.pop())
    }

    async fn part(&self, arn: &FunctionArn, part: &PartKey) -> Result<Option<FunctionPart>, StorageError> {
        const SQL: &str = "
            SELECT document, environment FROM part
            WHERE account = ?1 AND region = ?2 AND function = ?3 AND kind = ?4 AND name = ?5";
        let (account, region, name) = key(arn);
        let params = (account, region, name, part.kind.as_str(), part.name.clone());
        let (arn, sealer) = (arn.clone(), Arc::clone(&self.sealer));
        self.database
            .read(move |connection| {
                let mut statement = connection.prepare_cached(SQL)?;
                Ok(statement.query_row(params, |row| read_part(row, 0, &arn, &sealer)).optional()?)
            })
            .await
    }

    async fn parts(
        &self,
        arn: &FunctionArn,
        kind: PartKind,
        after: Option<&str>,
        most: usize,
    ) -> Result<Vec<FunctionPart>, StorageError> {
        const SQL: &str = "
            SELECT document, environment FROM part
            WHERE account = ?1 AND region = ?2 AND function = ?3 AND kind = ?4 AND (?5 IS NULL OR name > ?5)
            ORDER BY name LIMIT ?6";
        let (account, region, name) = key(arn);
        let params = (account, region, name, kind.as_str(), after.map(str::to_owned), limit(most));
        let (arn, sealer) = (arn.clone(), Arc::clone(&self.sealer));
        self.database
            .read(move |connection| query(connection, SQL, params, |row| read_part(row, 0, &arn, &sealer)))
            .await
    }

    async fn change(&self, change: FunctionChange) -> Result<Changed, StorageError> {
        let change = Change {
            edition: change.function.edition,
            put: self.part_rows(&change.function.arn, change.put)?,
            function: FunctionRow::new(change.function, &self.sealer)?,
            remove: change.remove,
            concurrency_max: change.concurrency_max,
        };
        self.database.write(move |connection| change.make(connection)).await
    }

    async fn delete(&self, arn: &FunctionArn) -> Result<bool, StorageError> {
        let key = key(arn);
        self.database.write(move |connection| changes::delete(connection, &key)).await
    }

    async fn last_version(&self, arn: &FunctionArn) -> Result<u64, StorageError> {
        const SQL: &str = "
            SELECT last FROM number WHERE account = ?1 AND region = ?2 AND kind = 'version' AND name = ?3";
        let key = key(arn);
        let last = self.database.read(move |connection| {
            Ok(connection.prepare_cached(SQL)?.query_row(key, |row| row.get(0)).optional()?)
        });
        Ok(last.await?.unwrap_or(0))
    }

    async fn list(
        &self,
        account: &AccountId,
        region: &Region,
        after: Option<&FunctionName>,
        most: usize,
    ) -> Result<Vec<FunctionRecord>, StorageError> {
        const SQL: &str = "
            SELECT document, environment, edition FROM function
            WHERE account = ?1 AND region = ?2 AND name > ?3
            ORDER BY name LIMIT ?4";
        // No name is empty, so every name comes after the empty one.
        let after = after.map_or("", FunctionName::as_str).to_owned();
        self.functions(SQL, (account.to_string(), region.to_string(), after, limit(most))).await
    }

    async fn usage(&self, account: &AccountId, region: &Region) -> Result<CodeUsage, StorageError> {
        const FUNCTIONS: &str = "
            SELECT COUNT(*), COALESCE(SUM(code_size), 0) FROM function WHERE account = ?1 AND region = ?2";
        // As the indexes have it: every creation asks.
        const REST: &str = "
            SELECT COALESCE((SELECT SUM(code_size) FROM part
                             WHERE account = ?1 AND region = ?2 AND code_size > 0), 0)
                 + COALESCE((SELECT SUM(code_size) FROM resource
                             WHERE account = ?1 AND region = ?2 AND code_size > 0), 0)";
        let params = (account.to_string(), region.to_string());
        self.database
            .read(move |connection| {
                let owner = (&params.0, &params.1);
                let (functions, size): (u64, u64) = connection
                    .prepare_cached(FUNCTIONS)?
                    .query_row(owner, |row| Ok((row.get(0)?, row.get(1)?)))?;
                let rest: u64 = connection.prepare_cached(REST)?.query_row(owner, |row| row.get(0))?;
                let claimed_concurrency = changes::claimed_in(connection, &params.0, &params.1)?;
                Ok(CodeUsage { functions, code_size: size + rest, claimed_concurrency })
            })
            .await
    }

    async fn unsettled(&self) -> Result<Vec<FunctionRecord>, StorageError> {
        const SQL: &str = "
            SELECT document, environment, edition FROM function WHERE unsettled
            ORDER BY account, region, name";
        self.functions(SQL, ()).await
    }

    async fn unsettled_versions(&self) -> Result<Vec<(FunctionArn, FunctionPart)>, StorageError> {
        const SQL: &str = "
            SELECT account, region, function, document, environment FROM part WHERE unsettled
            ORDER BY account, region, function, name";
        self.parts_of_any(SQL, ()).await
    }

    async fn reservations(&self) -> Result<Vec<(FunctionArn, u32)>, StorageError> {
        const SQL: &str = "
            SELECT account, region, name, reserved_concurrency FROM function
            WHERE reserved_concurrency IS NOT NULL ORDER BY account, region, name";
        self.database.read(|connection| query(connection, SQL, (), |row| Ok((arn(row)?, row.get(3)?)))).await
    }

    async fn all_parts(&self, kind: PartKind) -> Result<Vec<(FunctionArn, FunctionPart)>, StorageError> {
        const SQL: &str = "
            SELECT account, region, function, document, environment FROM part WHERE kind = ?1
            ORDER BY account, region, function, name";
        self.parts_of_any(SQL, (kind.as_str(),)).await
    }

    async fn code_in_use(&self) -> Result<Vec<Sha256Digest>, StorageError> {
        const SQL: &str = "
            SELECT packages FROM function
            UNION SELECT packages FROM part UNION SELECT packages FROM resource";
        self.database
            .read(|connection| {
                let digests = query(connection, SQL, (), |row| digests(row.get_ref(0)?.as_str()?))?;
                let mut digests = digests.concat();
                digests.sort_unstable();
                digests.dedup();
                Ok(digests)
            })
            .await
    }
}

fn digests(packages: &str) -> rusqlite::Result<Vec<Sha256Digest>> {
    let digests = packages.split_whitespace().map(|digest| digest.parse());
    digests.collect::<Result<_, _>>().map_err(|error| unreadable(0, error))
}

/// Seals the environments that older schemas had in their documents.
pub(super) fn seal_what_is_not(connection: &Connection, sealer: &Sealer) -> Result<(), StorageError> {
    const PLAIN: &str = "
        SELECT document, environment, edition FROM function
        WHERE environment IS NULL AND document LIKE '%\"environment\":{\"%'";
    const SEAL: &str = "
        UPDATE function SET environment = ?4, document = ?5 WHERE account = ?1 AND region = ?2 AND name = ?3";
    for function in query(connection, PLAIN, (), |row| read_function(row, 0, sealer))? {
        let row = FunctionRow::new(function, sealer)?;
        let (account, region, name) = row.key;
        connection.execute(SEAL, (account, region, name, row.environment, row.document))?;
    }
    Ok(())
}
