use async_trait::async_trait;
use hob_types::Timestamp;
use rusqlite::Connection;

use super::SqliteMetaStore;
use super::documents::execute;
use crate::{LeaseStore, StorageError};

/// For one who has the data directory for itself.
pub(super) fn free_all(connection: &Connection) -> Result<(), StorageError> {
    connection.execute("DELETE FROM lease", ())?;
    Ok(())
}

#[async_trait]
impl LeaseStore for SqliteMetaStore {
    async fn acquire(
        &self,
        name: &str,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StorageError> {
        const SQL: &str = "
            INSERT INTO lease (name, holder, expires) VALUES (?1, ?2, ?4)
            ON CONFLICT (name) DO UPDATE SET holder = ?2, expires = ?4
            WHERE lease.holder = ?2 OR lease.expires <= ?3";
        let params = (name.to_owned(), holder.to_owned(), now.as_millis(), until.as_millis());
        self.database.write(move |connection| execute(connection, SQL, params)).await
    }

    async fn release(&self, name: &str, holder: &str) -> Result<(), StorageError> {
        const SQL: &str = "DELETE FROM lease WHERE name = ?1 AND holder = ?2";
        let params = (name.to_owned(), holder.to_owned());
        self.database.write(move |connection| execute(connection, SQL, params)).await?;
        Ok(())
    }
}
