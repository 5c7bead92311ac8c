//! What is known of a file, for as long as the file is the same.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Tells a file from what stood in its place before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
    modified: (i64, i64),
}

impl Identity {
    fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        let modified = (metadata.mtime(), metadata.mtime_nsec());
        Some(Self { device: metadata.dev(), inode: metadata.ino(), modified })
    }
}

/// Beyond this many, what is known is forgotten: asking again is cheap.
const FACTS_MAX: usize = 10_000;

/// Facts about files, by path. A changed or vanished file is asked again.
#[derive(Debug)]
pub(crate) struct Remembered<T>(Mutex<HashMap<PathBuf, (Identity, T)>>);

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Remembered<T> {
    /// The known fact about the file at `path`, or the one that `ask` finds out.
    pub(crate) fn get(&self, path: &Path, ask: impl FnOnce() -> T) -> T {
        let identity = Identity::of(path);
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned();
        if let (Some(identity), Some((then, fact))) = (identity, known)
            && identity == then
        {
            return fact;
        }
        let fact = ask();
        if let Some(identity) = identity {
            let mut facts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if facts.len() >= FACTS_MAX {
                facts.clear();
            }
            facts.insert(path.to_owned(), (identity, fact.clone()));
        }
        fact
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_asked_once_until_it_changes() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        fs::write(&file, "").unwrap();
        let remembered = Remembered::default();
        assert_eq!(remembered.get(&file, || 1), 1);
        assert_eq!(remembered.get(&file, || 2), 1);
        fs::rename(&file, root.path().join("old")).unwrap();
        fs::write(&file, "").unwrap();
        assert_eq!(remembered.get(&file, || 3), 3);
    }

    #[test]
    fn a_missing_file_is_asked_each_time() {
        let remembered = Remembered::default();
        assert_eq!(remembered.get(Path::new("/no/such/file"), || 1), 1);
        assert_eq!(remembered.get(Path::new("/no/such/file"), || 2), 2);
    }
}
