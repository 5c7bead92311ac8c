//! Durable state behind narrow traits. The only crate that knows SQL.

mod code;
mod function;

pub use self::code::{CodeStore, Unpack};
pub use self::function::{
    Architecture, CodeRecord, CodeUsage, FunctionConfiguration, FunctionRecord, FunctionState, FunctionStore,
    LastUpdate,
};

#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// Nothing was changed; the operator must make room.
    #[error("the disk is full")]
    DiskFull,
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The store cannot go on, as after a failed fsync; restart the server.
    #[error("the store is closed: {0}")]
    Closed(String),
    #[error("{0}")]
    Database(String),
}
