use std::path::Path;
use std::sync::Arc;

use hob_types::Random;

use crate::data_directory::DataDirectory;
use crate::files::FileCodeStore;
use crate::memory::{MemoryLogStore, MemoryMetaStore, MemoryUsageStore};
use crate::sqlite::{
    Durability, SqliteEventStore, SqliteLogStore, SqliteMetaStore, SqliteObjectStore, SqliteTopicStore,
    SqliteUsageStore,
};
use crate::temporary_directory::TemporaryDirectory;
use crate::{
    BucketStore, CodeStore, ContentStore, EventStore, FunctionStore, LogStore, ObjectEventStore, ObjectStore,
    OpenError, ResourceStore, TopicStore, UploadStore, UsageStore,
};

/// All stores of one server.
///
/// Dropping it, and every store taken from it, finishes what was begun, closes the files and frees the data
/// directory for the next server.
#[derive(Clone)]
pub struct Storage {
    functions: Arc<dyn FunctionStore>,
    resources: Arc<dyn ResourceStore>,
    code: Arc<dyn CodeStore>,
    logs: Arc<dyn LogStore>,
    usage: Arc<dyn UsageStore>,
    objects: Arc<SqliteObjectStore>,
    events: Arc<dyn EventStore>,
    topics: Arc<dyn TopicStore>,
}

impl Storage {
    /// Opens a data directory for this process alone, creates what is missing, migrates what is older, and
    /// removes what a crash left half done. The first time, it takes the key that seals secrets from `random`.
    /// Blocks: call it before serving.
    pub fn open(data_dir: &Path, random: &dyn Random) -> Result<Self, OpenError> {
        let directory = Arc::new(DataDirectory::open(data_dir)?);
        let meta = Arc::new(SqliteMetaStore::open(directory.clone(), random)?);
        let code = directory.join("code");
        let topics =
            SqliteTopicStore::open(&directory.join("topics.db"), Durability::Kept, directory.clone())?;
        Ok(Self {
            topics: Arc::new(topics),
            functions: meta.clone(),
            resources: meta,
            logs: Arc::new(SqliteLogStore::open(&directory.join("logs.db"), directory.clone())?),
            usage: Arc::new(SqliteUsageStore::open(&directory.join("usage.db"), directory.clone())?),
            objects: Arc::new(SqliteObjectStore::open(
                directory.path(),
                Durability::Kept,
                directory.clone(),
            )?),
            events: Arc::new(SqliteEventStore::open(
                &directory.join("events.db"),
                Durability::Kept,
                directory.clone(),
            )?),
            code: Arc::new(
                FileCodeStore::open(&code, directory)
                    .map_err(|source| OpenError::Directory { path: code, source })?,
            ),
        })
    }

    /// Keeps functions, logs and usage in memory, and the rest in a temporary directory that goes away at
    /// the end.
    pub fn in_memory() -> Result<Self, OpenError> {
        let parent = std::env::temp_dir();
        let unusable = |source| OpenError::Directory { path: parent.clone(), source };
        let directory = Arc::new(TemporaryDirectory::create(&parent).map_err(unusable)?);
        let code =
            FileCodeStore::open(&directory.path().join("code"), directory.clone()).map_err(unusable)?;
        let meta = Arc::new(MemoryMetaStore::default());
        let events = directory.path().join("events.db");
        let topics = directory.path().join("topics.db");
        let topics = SqliteTopicStore::open(&topics, Durability::Ephemeral, directory.clone())?;
        Ok(Self {
            topics: Arc::new(topics),
            functions: meta.clone(),
            resources: meta,
            logs: Arc::new(MemoryLogStore::default()),
            usage: Arc::new(MemoryUsageStore::default()),
            objects: Arc::new(SqliteObjectStore::open(
                directory.path(),
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

    pub fn code(&self) -> Arc<dyn CodeStore> {
        self.code.clone()
    }

    pub fn logs(&self) -> Arc<dyn LogStore> {
        self.logs.clone()
    }

    pub fn usage(&self) -> Arc<dyn UsageStore> {
        self.usage.clone()
    }

    pub fn buckets(&self) -> Arc<dyn BucketStore> {
        self.objects.clone()
    }

    pub fn objects(&self) -> Arc<dyn ObjectStore> {
        self.objects.clone()
    }

    /// The files that hold what is in objects.
    pub fn object_content(&self) -> Arc<dyn ContentStore> {
        self.objects.clone()
    }

    pub fn object_events(&self) -> Arc<dyn ObjectEventStore> {
        self.objects.clone()
    }

    pub fn uploads(&self) -> Arc<dyn UploadStore> {
        self.objects.clone()
    }

    pub fn events(&self) -> Arc<dyn EventStore> {
        self.events.clone()
    }

    pub fn topics(&self) -> Arc<dyn TopicStore> {
        self.topics.clone()
    }
}
