use std::any::Any;
use std::path::Path;
use std::sync::Arc;
use std::thread::ScopedJoinHandle;

use hob_types::Random;

use crate::data_directory::DataDirectory;
use crate::files::FileCodeStore;
use crate::memory::{MemoryLogStore, MemoryMetaStore, MemoryUsageStore};
use crate::sqlite::{
    Durability, SqliteEventStore, SqliteLogStore, SqliteMetaStore, SqliteObjectStore, SqliteQueueStore,
    SqliteTopicStore, SqliteUsageStore,
};
use crate::temporary_directory::TemporaryDirectory;
use crate::{
    BucketStore, CodeStore, ContentStore, EventStore, FunctionStore, LeaseStore, LogStore, ObjectEventStore,
    ObjectStore, OpenError, QueueStore, ResourceStore, TopicStore, UploadStore, UsageStore,
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
    logs: Arc<dyn LogStore>,
    usage: Arc<dyn UsageStore>,
    files: FileStores,
}

/// What is kept in files even where nothing is to be kept: it may be more than memory holds.
#[derive(Clone)]
struct FileStores {
    code: Arc<dyn CodeStore>,
    events: Arc<dyn EventStore>,
    queues: Arc<dyn QueueStore>,
    topics: Arc<dyn TopicStore>,
    objects: Arc<SqliteObjectStore>,
}

impl FileStores {
    /// `home` is what the folder belongs to; each store holds it.
    fn open(
        folder: &Path,
        durability: Durability,
        home: &Arc<impl Any + Send + Sync>,
    ) -> Result<Self, OpenError> {
        let code = folder.join("code");
        let (events, queues, topics) =
            (folder.join("events.db"), folder.join("queues.db"), folder.join("topics.db"));
        // A file that is made waits for the disk a few times, so all are opened at once.
        std::thread::scope(|scope| {
            let events = scope.spawn(|| SqliteEventStore::open(&events, durability, home.clone()));
            let queues = scope.spawn(|| SqliteQueueStore::open(&queues, durability, home.clone()));
            let topics = scope.spawn(|| SqliteTopicStore::open(&topics, durability, home.clone()));
            let objects = SqliteObjectStore::open(folder, durability, home.clone())?;
            let code = FileCodeStore::open(&code, home.clone())
                .map_err(|source| OpenError::Directory { path: code.clone(), source })?;
            Ok(Self {
                events: Arc::new(joined(events)?),
                queues: Arc::new(joined(queues)?),
                topics: Arc::new(joined(topics)?),
                objects: Arc::new(objects),
                code: Arc::new(code),
            })
        })
    }
}

fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

impl Storage {
    /// Opens a data directory for this process alone, creates what is missing, migrates what is older, and
    /// removes what a crash left half done. The first time, it takes the key that seals secrets from `random`.
    /// Blocks: call it before serving.
    pub fn open(data_dir: &Path, random: &dyn Random) -> Result<Self, OpenError> {
        let directory = Arc::new(DataDirectory::open(data_dir)?);
        let meta = Arc::new(SqliteMetaStore::open(directory.clone(), random)?);
        Ok(Self {
            functions: meta.clone(),
            resources: meta.clone(),
            leases: meta,
            logs: Arc::new(SqliteLogStore::open(&directory.join("logs.db"), directory.clone())?),
            usage: Arc::new(SqliteUsageStore::open(&directory.join("usage.db"), directory.clone())?),
            files: FileStores::open(directory.path(), Durability::Kept, &directory)?,
        })
    }

    /// Keeps functions, logs and usage in memory, and the rest in a temporary directory that goes away at the end.
    pub fn in_memory() -> Result<Self, OpenError> {
        let parent = std::env::temp_dir();
        let unusable = |source| OpenError::Directory { path: parent.clone(), source };
        let directory = Arc::new(TemporaryDirectory::create(&parent).map_err(unusable)?);
        let meta = Arc::new(MemoryMetaStore::default());
        Ok(Self {
            functions: meta.clone(),
            resources: meta.clone(),
            leases: meta,
            logs: Arc::new(MemoryLogStore::default()),
            usage: Arc::new(MemoryUsageStore::default()),
            files: FileStores::open(directory.path(), Durability::Ephemeral, &directory)?,
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
        self.files.code.clone()
    }

    pub fn logs(&self) -> Arc<dyn LogStore> {
        self.logs.clone()
    }

    pub fn usage(&self) -> Arc<dyn UsageStore> {
        self.usage.clone()
    }

    pub fn events(&self) -> Arc<dyn EventStore> {
        self.files.events.clone()
    }

    pub fn queues(&self) -> Arc<dyn QueueStore> {
        self.files.queues.clone()
    }

    pub fn topics(&self) -> Arc<dyn TopicStore> {
        self.files.topics.clone()
    }

    pub fn buckets(&self) -> Arc<dyn BucketStore> {
        self.files.objects.clone()
    }

    pub fn objects(&self) -> Arc<dyn ObjectStore> {
        self.files.objects.clone()
    }

    /// The files that hold what is in objects.
    pub fn object_content(&self) -> Arc<dyn ContentStore> {
        self.files.objects.clone()
    }

    pub fn object_events(&self) -> Arc<dyn ObjectEventStore> {
        self.files.objects.clone()
    }

    pub fn uploads(&self) -> Arc<dyn UploadStore> {
        self.files.objects.clone()
    }
}
