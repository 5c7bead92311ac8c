use std::sync::OnceLock;

use rusqlite::ErrorCode;

use crate::StorageError;

/// Whether a database can still be trusted. Once closed it stays closed: after a failed fsync the kernel may
/// have dropped the pages and will report success the next time.
#[derive(Debug, Default)]
pub(super) struct Health(OnceLock<String>);

impl Health {
    pub(super) fn check(&self) -> Result<(), StorageError> {
        match self.0.get() {
            None => Ok(()),
            Some(reason) => Err(StorageError::Closed(reason.clone())),
        }
    }

    /// Closes the store if that is what the error means.
    pub(super) fn note<T>(&self, result: &Result<T, StorageError>) {
        if let Err(StorageError::Closed(reason)) = result
            && self.0.set(reason.clone()).is_ok()
        {
            tracing::error!(%reason, "a store is closed; restart the server when the disk is well");
        }
    }
}

impl From<rusqlite::Error> for StorageError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(
                ErrorCode::SystemIoFailure
                | ErrorCode::DatabaseCorrupt
                | ErrorCode::NotADatabase
                | ErrorCode::ReadOnly,
            ) => Self::Closed(error.to_string()),
            _ => Self::Database(error.to_string()),
        }
    }
}
