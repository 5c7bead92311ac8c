//! Deployment packages: files named by their SHA-256.

use std::io::Read;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use hob_types::Sha256Digest;

use crate::StorageError;

/// Fills an empty directory with a package's files. Runs on a thread that may block.
pub type Unpack = Box<dyn FnOnce(&Path) -> std::io::Result<()> + Send>;

/// A half-written package is never visible: each thing is written beside its place, made durable, and renamed.
#[async_trait]
pub trait CodeStore: Send + Sync {
    /// Keeps the zip, which is read on a thread that may block; doing it again is nothing.
    async fn put_archive(&self, sha256: Sha256Digest, zip: Box<dyn Read + Send>) -> Result<(), StorageError>;

    /// The zip's path. `None`: not kept here.
    async fn archive(&self, sha256: Sha256Digest) -> Result<Option<PathBuf>, StorageError>;

    /// The unpacked package's path, made by `unpack` if it is not there yet. Concurrent calls for one digest
    /// unpack once. An error of `unpack` leaves nothing behind and is returned as [`StorageError::Io`].
    async fn tree(&self, sha256: Sha256Digest, unpack: Unpack) -> Result<PathBuf, StorageError>;

    /// Removes every package that is not in `keep`.
    async fn retain(&self, keep: &[Sha256Digest]) -> Result<(), StorageError>;
}
