//! Where the server keeps what it keeps.

use std::path::{Path, PathBuf};

use hob_storage::Storage;
use tempfile::TempDir;

use crate::config::Config;
use crate::failure::{Failure, OrFail as _, Outcome, chain};

/// The data directory, or what stands in for it when nothing is to be kept.
pub(super) struct Data {
    pub(super) storage: Storage,
    directory: Directory,
}

enum Directory {
    Kept(PathBuf),
    /// Removed when it is dropped.
    Temporary(TempDir),
}

impl Data {
    pub(super) fn open(config: &Config) -> Outcome<Self> {
        if config.ephemeral {
            let directory = tempfile::Builder::new().prefix("hob-ephemeral-").tempdir();
            let directory = directory.or_fail(|| "cannot make a temporary directory".to_owned())?;
            let storage = Storage::in_memory().map_err(|error| unusable(&error))?;
            return Ok(Self { storage, directory: Directory::Temporary(directory) });
        }
        let storage = Storage::open(&config.data_dir).map_err(|error| unusable(&error))?;
        // Sandboxes and interpreters are given paths from here, and have other working directories.
        let directory = config.data_dir.canonicalize();
        let directory = directory.or_fail(|| format!("cannot use {}", config.data_dir.display()))?;
        Ok(Self { storage, directory: Directory::Kept(directory) })
    }

    /// Absolute.
    pub(super) fn directory(&self) -> &Path {
        match &self.directory {
            Directory::Kept(path) => path,
            Directory::Temporary(directory) => directory.path(),
        }
    }

    /// For the first screen.
    pub(super) fn describe(&self) -> String {
        match &self.directory {
            Directory::Kept(path) => path.display().to_string(),
            Directory::Temporary(_) => "nothing is kept (--ephemeral)".to_owned(),
        }
    }
}

fn unusable(error: &hob_storage::OpenError) -> Failure {
    let failure = Failure::new("cannot open the data directory").because(chain(error));
    match error {
        hob_storage::OpenError::InUse { .. } => {
            failure.advise("stop that server, or take another directory: `hob up --data-dir DIRECTORY`")
        }
        _ => failure
            .advise("another directory: `hob up --data-dir DIRECTORY`, or `--ephemeral` to keep nothing"),
    }
}
