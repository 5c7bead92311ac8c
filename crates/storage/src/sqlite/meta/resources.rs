use async_trait::async_trait;
use rusqlite::{OptionalExtension as _, Row};

use super::SqliteMetaStore;
use super::documents::{execute, json, limit, packages, parsed, query, to_json};
use crate::{Owner, Resource, ResourceKey, ResourceKind, ResourceStore, StorageError, Stored};

/// Greater than every character that a name may have.
const AFTER_ALL: char = char::MAX;

struct ResourceRow {
    account: String,
    region: String,
    key: ResourceKey,
    packages: String,
    code_size: u64,
    document: String,
}

impl ResourceRow {
    fn new(owner: &Owner, resource: &Resource) -> Result<Self, StorageError> {
        Ok(Self {
            account: owner.account.to_string(),
            region: owner.region.to_string(),
            key: resource.key(),
            packages: packages(resource.code().map(|code| code.sha256).into_iter()),
            code_size: resource.code().map_or(0, |code| code.size),
            document: to_json(resource)?,
        })
    }
}

#[async_trait]
impl ResourceStore for SqliteMetaStore {
    async fn create(&self, owner: &Owner, resource: Resource) -> Result<bool, StorageError> {
        const SQL: &str = "
            INSERT INTO resource (account, region, kind, name, edition, packages, code_size, document)
            VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7)
            ON CONFLICT DO NOTHING";
        let row = ResourceRow::new(owner, &resource)?;
        self.database
            .write(move |connection| {
                let ResourceRow { account, region, key, packages, code_size, document } = &row;
                let params = (account, region, key.kind.as_str(), &key.name, packages, code_size, document);
                execute(connection, SQL, params)
            })
            .await
    }

    async fn get(&self, owner: &Owner, key: &ResourceKey) -> Result<Option<Stored<Resource>>, StorageError> {
        const SQL: &str = "
            SELECT edition, document FROM resource
            WHERE account = ?1 AND region = ?2 AND kind = ?3 AND name = ?4";
        let params = params(owner, key);
        self.database
            .read(move |connection| {
                Ok(connection.prepare_cached(SQL)?.query_row(params, stored).optional()?)
            })
            .await
    }

    async fn replace(&self, owner: &Owner, edition: u64, resource: Resource) -> Result<bool, StorageError> {
        const SQL: &str = "
            UPDATE resource SET edition = edition + 1, packages = ?6, code_size = ?7, document = ?8
            WHERE account = ?1 AND region = ?2 AND kind = ?3 AND name = ?4 AND edition = ?5";
        let row = ResourceRow::new(owner, &resource)?;
        self.database
            .write(move |connection| {
                let ResourceRow { account, region, key, packages, code_size, document } = &row;
                let kind = key.kind.as_str();
                let params = (account, region, kind, &key.name, edition, packages, code_size, document);
                execute(connection, SQL, params)
            })
            .await
    }

    async fn delete(&self, owner: &Owner, edition: u64, key: &ResourceKey) -> Result<bool, StorageError> {
        const SQL: &str = "
            DELETE FROM resource
            WHERE account = ?1 AND region = ?2 AND kind = ?3 AND name = ?4 AND edition = ?5";
        let (account, region, kind, name) = params(owner, key);
        self.database
            .write(move |connection| execute(connection, SQL, (&account, &region, kind, &name, edition)))
            .await
    }

    async fn list(
        &self,
        owner: &Owner,
        kind: ResourceKind,
        prefix: &str,
        after: Option<&str>,
        most: usize,
    ) -> Result<Vec<Stored<Resource>>, StorageError> {
        const SQL: &str = "
            SELECT edition, document FROM resource
            WHERE account = ?1 AND region = ?2 AND kind = ?3 AND name > ?4 AND name < ?5
            ORDER BY name LIMIT ?6";
        let end = format!("{prefix}{AFTER_ALL}");
        // No name is as short as a prefix.
        let after = after.unwrap_or_default().max(prefix).to_owned();
        let (account, region) = (owner.account.to_string(), owner.region.to_string());
        let params = (account, region, kind.as_str(), after, end, limit(most));
        self.database.read(move |connection| query(connection, SQL, params, stored)).await
    }

    async fn all(&self, kind: ResourceKind) -> Result<Vec<(Owner, Resource)>, StorageError> {
        const SQL: &str = "
            SELECT account, region, document FROM resource WHERE kind = ?1 ORDER BY account, region, name";
        self.database
            .read(move |connection| {
                query(connection, SQL, (kind.as_str(),), |row| {
                    let owner =
                        Owner { account: parsed(row, 0, str::parse)?, region: parsed(row, 1, str::parse)? };
                    Ok((owner, json(row, 2)?))
                })
            })
            .await
    }

    async fn next_number(&self, owner: &Owner, kind: ResourceKind, name: &str) -> Result<u64, StorageError> {
        const SQL: &str = "
            INSERT INTO number (account, region, kind, name, last) VALUES (?1, ?2, ?3, ?4, 1)
            ON CONFLICT (account, region, kind, name) DO UPDATE SET last = number.last + 1
            RETURNING last";
        let params = params(owner, &ResourceKey { kind, name: name.to_owned() });
        self.database
            .write(move |connection| {
                Ok(connection.prepare_cached(SQL)?.query_row(params, |row| row.get(0))?)
            })
            .await
    }
}

fn params(owner: &Owner, key: &ResourceKey) -> (String, String, &'static str, String) {
    (owner.account.to_string(), owner.region.to_string(), key.kind.as_str(), key.name.clone())
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored<Resource>> {
    Ok(Stored { edition: row.get(0)?, value: json(row, 1)? })
}
