//! Where the server keeps what it keeps.

use std::path::{Path, PathBuf};

use hob_storage::{OpenError, Storage};
use hob_types::Random;
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
    pub(super) fn open(config: &Config, random: &dyn Random) -> Outcome<Self> {
        if config.ephemeral {
            let directory = tempfile::Builder::new().prefix("hob-ephemeral-").tempdir();
            let directory = directory.or_fail(|| "cannot make a temporary directory".to_owned())?;
            let storage = Storage::in_memory().map_err(|error| unusable(&error))?;
            return Ok(Self { storage, directory: Directory::Temporary(directory) });
        }
        let storage = Storage::open(&config.data_dir, random).map_err(|error| unusable(&error))?;
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

    /// Where bootstraps and SDK packs are kept. They are fetched or compiled, never data, and named by their
    /// content, so a server that keeps nothing shares the user's cache instead of fetching them every time.
    pub(super) fn runtimes(&self) -> PathBuf {
        match &self.directory {
            Directory::Kept(path) => path.clone(),
            Directory::Temporary(directory) => user_cache().unwrap_or_else(|| directory.path().to_owned()),
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

/// `$XDG_CACHE_HOME/hob` or `~/.cache/hob`, if it can be made.
fn user_cache() -> Option<PathBuf> {
    let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))?.join("hob");
    std::fs::create_dir_all(&cache).ok()?;
    let writable = rustix::fs::access(&cache, rustix::fs::Access::WRITE_OK).is_ok();
    writable.then_some(cache)
}

fn unusable(error: &OpenError) -> Failure {
    match error {
        OpenError::InUse { directory, process } => {
            let process = process.map(|id| format!(" (process {id})")).unwrap_or_default();
            Failure::new(format!("cannot use the data directory {}", directory.display()))
                .because(format!("another server{process} is using it"))
                .advise("end that server, or take another directory: `hob up --data-dir DIRECTORY`")
        }
        error => Failure::new("cannot open the data directory")
            .because(chain(error))
            .advise("another directory: `hob up --data-dir DIRECTORY`, or `--ephemeral` to keep nothing"),
    }
}
