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

/// What a commit means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Durability {
    /// It is on disk.
    Kept,
    /// Nothing: the file goes away with the server.
    Ephemeral,
}

/// Each brings the schema one version further. Only ever appended to: files in the field went through them.
pub(super) type Migrations = &'static [&'static str];

impl Database {
    pub(super) fn open(file: &Path, migrations: Migrations) -> Result<Self, OpenError> {
        Self::open_as(file, migrations, Durability::Kept)
    }

    pub(super) fn open_as(
        file: &Path,
        migrations: Migrations,
        durability: Durability,
    ) -> Result<Self, OpenError> {
        let failed = |source| OpenError::Database { file: file.to_owned(), source };
        // SQLite gives its other files the mode of this one.
        open_private(file).map_err(|error| failed(error.into()))?;
        let mut connection = connect(file, durability).map_err(failed)?;
        migrate(&mut connection, file, migrations)?;
        let health = Arc::new(Health::default());
        let checkpointer = Checkpointer::start(file, durability, health.clone()).map_err(failed)?;
        let writer = Writer::start(connection, health.clone(), checkpointer.trigger()).map_err(failed)?;
        let readers = Arc::new(Readers::new(file.to_owned(), durability));
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
pub(super) fn connect(file: &Path, durability: Durability) -> Result<Connection, StorageError> {
    let connection = Connection::open(file)?;
    // Waits while another connection finishes a checkpoint.
    connection.busy_timeout(Duration::from_secs(10))?;
    let synchronous = match durability {
        Durability::Kept => "full",
        Durability::Ephemeral => "off",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
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

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use tempfile::TempDir;
    use tokio::task::JoinSet;

    use super::*;

    const COUNTERS: Migrations = &["CREATE TABLE counter (name TEXT PRIMARY KEY, value TEXT NOT NULL)"];

    fn database() -> (Arc<Database>, TempDir) {
        let directory = tempfile::tempdir().unwrap();
        let database = Database::open(&file_in(&directory), COUNTERS).unwrap();
        (Arc::new(database), directory)
    }

    fn file_in(directory: &TempDir) -> PathBuf {
        directory.path().join("test.db")
    }

    fn insert(connection: &Connection, name: &str, bytes: usize) -> Result<(), StorageError> {
        let params = (name, "x".repeat(bytes));
        connection.execute("INSERT INTO counter (name, value) VALUES (?1, ?2)", params)?;
        Ok(())
    }

    async fn count(database: &Database) -> i64 {
        let sql = "SELECT COUNT(*) FROM counter";
        database.read(move |c| Ok(c.query_row(sql, [], |row| row.get(0))?)).await.unwrap()
    }

    #[tokio::test]
    async fn a_refused_operation_does_not_undo_its_neighbours() {
        let (database, _directory) = database();
        let mut callers = JoinSet::new();
        for number in 0..100 {
            let database = database.clone();
            callers.spawn(async move {
                let operation = move |connection: &Connection| {
                    insert(connection, &format!("first-{number}"), 1)?;
                    // The second half of every other operation collides.
                    insert(connection, &format!("second-{}", number / 2), 1)
                };
                database.write(operation).await.is_ok()
            });
        }
        let accepted = callers.join_all().await.into_iter().filter(|accepted| *accepted).count();
        assert_eq!(accepted, 50);
        assert_eq!(count(&database).await, 100);
    }

    #[tokio::test]
    async fn a_full_disk_changes_nothing_and_is_not_the_end() {
        let (database, _directory) = database();
        let pages_max = |pages: u32| {
            move |c: &Connection| Ok(c.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?)
        };
        database.write(pages_max(20)).await.unwrap();
        database.write(|c| insert(c, "small", 10)).await.unwrap();
        let full = database.write(|c| insert(c, "small too", 10).and_then(|()| insert(c, "big", 1 << 20)));
        assert!(matches!(full.await, Err(StorageError::DiskFull)));
        assert_eq!(count(&database).await, 1);
        database.write(|c| insert(c, "small too", 10)).await.unwrap();
        database.write(pages_max(10_000)).await.unwrap();
        database.write(|c| insert(c, "big", 1 << 20)).await.unwrap();
        assert_eq!(count(&database).await, 3);
    }

    #[tokio::test]
    async fn after_an_io_error_the_store_stays_closed() {
        let (database, _directory) = database();
        database.write(|c| insert(c, "before", 1)).await.unwrap();
        let failed = database.write(|_| {
            let io_error = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_IOERR_FSYNC);
            Err::<(), _>(rusqlite::Error::SqliteFailure(io_error, None).into())
        });
        assert!(matches!(failed.await, Err(StorageError::Closed(_))));
        let write = database.write(|c| insert(c, "after", 1)).await;
        assert!(matches!(write, Err(StorageError::Closed(reason)) if reason.contains("disk I/O error")));
        assert!(matches!(database.read(|_| Ok(())).await, Err(StorageError::Closed(_))));
    }

    #[tokio::test]
    async fn a_migration_runs_once_and_each_after_the_other() {
        const LATER: Migrations = &[COUNTERS[0], "ALTER TABLE counter ADD COLUMN unit TEXT DEFAULT 'piece'"];
        let (database, directory) = database();
        database.write(|c| insert(c, "kept", 1)).await.unwrap();
        drop(database);
        for _ in 0..2 {
            let database = Database::open(&file_in(&directory), LATER).unwrap();
            let sql = "SELECT unit FROM counter";
            let unit = database.read(move |c| Ok(c.query_row(sql, [], |row| row.get::<_, String>(0))?));
            assert_eq!(unit.await.unwrap(), "piece");
        }
    }

    #[tokio::test]
    async fn the_write_ahead_log_does_not_grow_for_ever() {
        let (database, directory) = database();
        for number in 0..64 {
            database.write(move |c| insert(c, &number.to_string(), 1 << 20)).await.unwrap();
        }
        let wal = std::fs::metadata(directory.path().join("test.db-wal")).unwrap().len();
        assert!(wal < 48 << 20, "{wal}");
    }

    #[tokio::test]
    async fn what_was_begun_is_finished_before_the_file_is_closed() {
        let (database, directory) = database();
        let mut callers = JoinSet::new();
        for number in 0..10 {
            let database = database.clone();
            callers.spawn(async move { database.write(move |c| insert(c, &number.to_string(), 1)).await });
        }
        callers.join_all().await;
        drop(database);
        assert!(!directory.path().join("test.db-wal").exists());
        assert_eq!(count(&Database::open(&file_in(&directory), COUNTERS).unwrap()).await, 10);
    }
}
