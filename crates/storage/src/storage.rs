use std::path::Path;
use std::sync::Arc;

use hob_types::Random;

use crate::data_directory::DataDirectory;
use crate::files::FileCodeStore;
use crate::memory::{MemoryLogStore, MemoryMetaStore, MemoryUsageStore};
use crate::sqlite::{
    Durability, SqliteEventStore, SqliteLogStore, SqliteMetaStore, SqliteQueueStore, SqliteUsageStore,
};
use crate::temporary_directory::TemporaryDirectory;
use crate::{
    CodeStore, EventStore, FunctionStore, LeaseStore, LogStore, OpenError, QueueStore, ResourceStore,
    UsageStore,
};

/// All stores of one server.
///
/// Dropping it, and every store taken from it, finishes what was begun, closes the files and frees the data
/// directory for the next server.
#[derive(Clone)]
pub struct Storage {
    functions: Arc<dyn FunctionStore>,
    resources: Arc<dyn ResourceStore>,
    leases: Arc<dyn LeaseStore>,
    code: Arc<dyn CodeStore>,
    logs: Arc<dyn LogStore>,
    usage: Arc<dyn UsageStore>,
    events: Arc<dyn EventStore>,
    queues: Arc<dyn QueueStore>,
}

impl Storage {
    /// Opens a data directory for this process alone, creates what is missing, migrates what is older, and
    /// removes what a crash left half done. The first time, it takes the key that seals secrets from `random`.
    /// Blocks: call it before serving.
    pub fn open(data_dir: &Path, random: &dyn Random) -> Result<Self, OpenError> {
        let directory = Arc::new(DataDirectory::open(data_dir)?);
        let meta = Arc::new(SqliteMetaStore::open(directory.clone(), random)?);
        let code = directory.join("code");
        Ok(Self {
            functions: meta.clone(),
            resources: meta.clone(),
            leases: meta,
            logs: Arc::new(SqliteLogStore::open(&directory.join("logs.db"), directory.clone())?),
            usage: Arc::new(SqliteUsageStore::open(&directory.join("usage.db"), directory.clone())?),
            events: Arc::new(SqliteEventStore::open(
                &directory.join("events.db"),
                Durability::Kept,
                directory.clone(),
            )?),
            queues: Arc::new(SqliteQueueStore::open(
                &directory.join("queues.db"),
                Durability::Kept,
                directory.clone(),
            )?),
            code: Arc::new(
                FileCodeStore::open(&code, directory)
                    .map_err(|source| OpenError::Directory { path: code, source })?,
            ),
        })
    }

    /// Keeps functions, logs and usage in memory, packages, events and queues in a temporary directory that goes away
    /// at the end.
    pub fn in_memory() -> Result<Self, OpenError> {
        let parent = std::env::temp_dir();
        let unusable = |source| OpenError::Directory { path: parent.clone(), source };
        let directory = Arc::new(TemporaryDirectory::create(&parent).map_err(unusable)?);
        let code =
            FileCodeStore::open(&directory.path().join("code"), directory.clone()).map_err(unusable)?;
        let meta = Arc::new(MemoryMetaStore::default());
        let events = directory.path().join("events.db");
        Ok(Self {
            functions: meta.clone(),
            resources: meta.clone(),
            leases: meta,
            logs: Arc::new(MemoryLogStore::default()),
            usage: Arc::new(MemoryUsageStore::default()),
            queues: Arc::new(SqliteQueueStore::open(
                &directory.path().join("queues.db"),
                Durability::Ephemeral,
                directory.clone(),
            )?),
            code: Arc::new(code),
            events: Arc::new(SqliteEventStore::open(&events, Durability::Ephemeral, directory)?),
        })
    }

    pub fn functions(&self) -> Arc<dyn FunctionStore> {
        self.functions.clone()
    }

    pub fn resources(&self) -> Arc<dyn ResourceStore> {
        self.resources.clone()
    }

    pub fn leases(&self) -> Arc<dyn LeaseStore> {
        self.leases.clone()
    }

    pub fn code(&self) -> Arc<dyn CodeStore> {
        self.code.clone()
    }

    pub fn logs(&self) -> Arc<dyn LogStore> {
        self.logs.clone()
    }

    pub fn usage(&self) -> Arc<dyn UsageStore> {
        self.usage.clone()
    }

    pub fn events(&self) -> Arc<dyn EventStore> {
        self.events.clone()
    }

    pub fn queues(&self) -> Arc<dyn QueueStore> {
        self.queues.clone()
    }
}
