use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::database::{Durability, connect};
use crate::StorageError;

/// How many queries of one file may run at a time; more wait their turn.
const CONNECTIONS_MAX: usize = 4;

/// Connections that read, each opened when it is first needed and then kept.
pub(super) struct Readers {
    file: PathBuf,
    durability: Durability,
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn new(file: PathBuf, durability: Durability) -> Self {
        Self { file, durability, idle: Mutex::default(), permits: Arc::new(Semaphore::new(CONNECTIONS_MAX)) }
    }

    /// Runs on a thread that may block.
    pub(super) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        query: impl FnOnce(&Connection) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let permit = self.permits.clone().acquire_owned().await.map_err(|_| ended())?;
        let readers = self.clone();
        let answer = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let connection = readers.take()?;
            let result = query_in_snapshot(&connection, query);
            readers.give_back(connection);
            result
        });
        answer.await.unwrap_or_else(|_| Err(ended()))
    }

    fn take(&self) -> Result<Connection, StorageError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match idle {
            Some(connection) => Ok(connection),
            None => {
                let connection = connect(&self.file, self.durability)?;
                connection.pragma_update(None, "query_only", true)?;
                // In KiB; the kernel caches the file for all of them anyway.
                connection.pragma_update(None, "cache_size", -512)?;
                Ok(connection)
            }
        }
    }

    fn give_back(&self, connection: Connection) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }
}

fn query_in_snapshot<T>(
    connection: &Connection,
    query: impl FnOnce(&Connection) -> Result<T, StorageError>,
) -> Result<T, StorageError> {
    let snapshot = connection.unchecked_transaction()?;
    query(&snapshot)
}

fn ended() -> StorageError {
    StorageError::Database("a query ended without an answer".to_owned())
}
