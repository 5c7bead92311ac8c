use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// A directory that goes away with the value: the home of what an in-memory store must keep as files.
///
/// It is locked while it is used; one whose lock is free was left by a process that was killed, and the next
/// that comes by removes it.
#[derive(Debug)]
pub(crate) struct TemporaryDirectory {
    path: PathBuf,
    /// The directory itself, locked.
    _lock: File,
}

const PREFIX: &str = "hob-packages-";

impl TemporaryDirectory {
    pub(crate) fn create(parent: &Path) -> io::Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        sweep(parent);
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let path = parent.join(format!("{PREFIX}{}-{number}", std::process::id()));
            // Not recursive: a directory that someone else has prepared must not be used.
            match DirBuilder::new().mode(0o700).create(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                created => created?,
            }
            // Between its creation and its lock another process may have taken it for a leftover.
            if let Some(lock) = lock(&path)
                && path.exists()
            {
                return Ok(Self { path, _lock: lock });
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for TemporaryDirectory {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

/// `None`: someone else holds it, or it is gone, or not ours to open.
fn lock(path: &Path) -> Option<File> {
    let directory = File::open(path).ok()?;
    directory.try_lock().ok()?;
    Some(directory)
}

fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().as_encoded_bytes().starts_with(PREFIX.as_bytes())
            && entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_ours && let Some(_lock) = lock(&entry.path()) {
            remove(&entry.path());
        }
    }
}

fn remove(path: &Path) {
    if let Err(error) = fs::remove_dir_all(path)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(directory = %path.display(), %error, "a temporary directory stays behind");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_away_with_the_value() {
        let parent = tempfile::tempdir().unwrap();
        let directory = TemporaryDirectory::create(parent.path()).unwrap();
        fs::write(directory.path().join("file"), "").unwrap();
        drop(directory);
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_a_killed_process_left_is_removed_and_what_is_in_use_is_not() {
        let parent = tempfile::tempdir().unwrap();
        let in_use = TemporaryDirectory::create(parent.path()).unwrap();
        let left = parent.path().join(format!("{PREFIX}1-1"));
        let foreign = parent.path().join("hob-something-else");
        fs::create_dir_all(left.join("code")).unwrap();
        fs::create_dir(&foreign).unwrap();
        let _another = TemporaryDirectory::create(parent.path()).unwrap();
        assert!(in_use.path().exists() && foreign.exists());
        assert!(!left.exists());
    }
}
