use std::path::Path;
use std::sync::Arc;

use crate::data_directory::DataDirectory;
use crate::files::FileCodeStore;
use crate::memory::{MemoryFunctionStore, MemoryLogStore, MemoryUsageStore};
use crate::sqlite::{SqliteFunctionStore, SqliteLogStore, SqliteUsageStore};
use crate::temporary_directory::TemporaryDirectory;
use crate::{CodeStore, FunctionStore, LogStore, OpenError, UsageStore};

/// All stores of one server.
///
/// Dropping it, and every store taken from it, finishes what was begun, closes the files and frees the data
/// directory for the next server.
#[derive(Clone)]
pub struct Storage {
    functions: Arc<dyn FunctionStore>,
    code: Arc<dyn CodeStore>,
    logs: Arc<dyn LogStore>,
    usage: Arc<dyn UsageStore>,
}

impl Storage {
    /// Opens a data directory for this process alone, creates what is missing, migrates what is older, and
    /// removes what a crash left half done. Blocks: call it before serving.
    pub fn open(data_dir: &Path) -> Result<Self, OpenError> {
        let directory = Arc::new(DataDirectory::open(data_dir)?);
        let code = directory.join("code");
        Ok(Self {
            functions: Arc::new(SqliteFunctionStore::open(&directory.join("meta.db"), directory.clone())?),
            logs: Arc::new(SqliteLogStore::open(&directory.join("logs.db"), directory.clone())?),
            usage: Arc::new(SqliteUsageStore::open(&directory.join("usage.db"), directory.clone())?),
            code: Arc::new(
                FileCodeStore::open(&code, directory)
                    .map_err(|source| OpenError::Directory { path: code, source })?,
            ),
        })
    }

    /// Keeps functions, logs and usage in memory, and packages in a temporary directory that goes away at the end.
    pub fn in_memory() -> Result<Self, OpenError> {
        let parent = std::env::temp_dir();
        let unusable = |source| OpenError::Directory { path: parent.clone(), source };
        let directory = Arc::new(TemporaryDirectory::create(&parent).map_err(unusable)?);
        let code =
            FileCodeStore::open(&directory.path().join("code"), directory.clone()).map_err(unusable)?;
        Ok(Self {
            functions: Arc::new(MemoryFunctionStore::default()),
            logs: Arc::new(MemoryLogStore::default()),
            usage: Arc::new(MemoryUsageStore::default()),
            code: Arc::new(code),
        })
    }

    pub fn functions(&self) -> Arc<dyn FunctionStore> {
        self.functions.clone()
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
}
