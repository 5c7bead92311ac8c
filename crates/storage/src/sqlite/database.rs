use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;

use super::checkpoint::Checkpointer;
use super::health::Health;
use super::readers::Readers;
use super::writer::Writer;
use crate::data_directory::open_private;
use crate::{OpenError, StorageError};

/// One SQLite file. Dropping it finishes the writes that were begun.
pub(super) struct Database {
    // Dropped in this order: the last connection to go folds the write-ahead log into the file.
    writer: Writer,
    _checkpointer: Checkpointer,
    readers: Arc<Readers>,
    health: Arc<Health>,
}

/// Each brings the schema one version further. Only ever appended to: files in the field went through them.
pub(super) type Migrations = &'static [&'static str];

impl Database {
    pub(super) fn open(file: &Path, migrations: Migrations) -> Result<Self, OpenError> {
        let failed = |source| OpenError::Database { file: file.to_owned(), source };
        // SQLite gives its other files the mode of this one.
        open_private(file).map_err(|error| failed(error.into()))?;
        let mut connection = connect(file).map_err(failed)?;
        migrate(&mut connection, file, migrations)?;
        let health = Arc::new(Health::default());
        let checkpointer = Checkpointer::start(file, health.clone()).map_err(failed)?;
        let writer = Writer::start(connection, health.clone(), checkpointer.trigger()).map_err(failed)?;
        let readers = Arc::new(Readers::new(file.to_owned()));
        Ok(Self { writer, _checkpointer: checkpointer, readers, health })
    }

    /// Runs in one transaction with its neighbours, undone alone when it fails, and answers when it is on
    /// disk. Dropping the future doesn't take back the operation.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&Connection) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        self.health.check()?;
        self.writer.write(operation).await
    }

    /// Sees one state of the whole file, that of the last commit.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        self.health.check()?;
        let result = self.readers.read(query).await;
        self.health.note(&result);
        result
    }
}

/// Opens a file as every connection needs it.
pub(super) fn connect(file: &Path) -> Result<Connection, StorageError> {
    let connection = Connection::open(file)?;
    // Waits while another connection finishes a checkpoint.
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    // Checkpoints are the checkpointer's business; a commit must not wait for one.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "journal_size_limit", super::checkpoint::WAL_BYTES_KEPT)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn migrate(connection: &mut Connection, file: &Path, migrations: Migrations) -> Result<(), OpenError> {
    let failed = |error: rusqlite::Error| OpenError::Database { file: file.to_owned(), source: error.into() };
    let found = schema_version(connection).map_err(failed)?;
    if found > migrations.len() {
        return Err(OpenError::NewerSchema { file: PathBuf::from(file), found, known: migrations.len() });
    }
    for (index, migration) in migrations.iter().enumerate().skip(found) {
        step(connection, migration, index + 1).map_err(failed)?;
    }
    Ok(())
}

fn schema_version(connection: &Connection) -> rusqlite::Result<usize> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

fn step(connection: &mut Connection, migration: &str, version: usize) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(migration)?;
    transaction.pragma_update(None, "user_version", version)?;
    transaction.commit()
}
