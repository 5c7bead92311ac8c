use std::io;
use std::path::PathBuf;

/// Why an operation on a store failed. Whatever it was, the operation changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// Nothing was changed; the operator must make room.
    #[error("the disk is full")]
    DiskFull,
    #[error(transparent)]
    Io(io::Error),
    /// The store cannot go on, as after a failed fsync; restart the server.
    #[error("the store is closed: {0}")]
    Closed(String),
    #[error("{0}")]
    Database(String),
}

impl From<io::Error> for StorageError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::Io(error),
        }
    }
}

/// Why a data directory could not be opened; each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(
        "the data directory {} is in use by another server{}; stop that server, or choose another directory with --data-dir",
        .directory.display(),
        .process.map(|pid| format!(" (process {pid})")).unwrap_or_default()
    )]
    InUse { directory: PathBuf, process: Option<u32> },
    #[error("the data directory {} cannot be used: {source}", .path.display())]
    Directory { path: PathBuf, source: io::Error },
    #[error(
        "{} has schema version {found}, but this version of Hob knows only up to {known}; upgrade Hob, or choose another data directory with --data-dir",
        .file.display()
    )]
    NewerSchema { file: PathBuf, found: usize, known: usize },
    #[error("{} cannot be opened: {source}", .file.display())]
    Database { file: PathBuf, source: StorageError },
}
