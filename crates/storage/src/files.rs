use std::any::Any;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use async_trait::async_trait;
use hob_types::Sha256Digest;

use crate::data_directory::{create_private_dir, open_private, sync_dir};
use crate::{CodeStore, StorageError, Unpack};

/// `archives/<sha256>.zip` and `trees/<sha256>/` under one directory.
pub(crate) struct FileCodeStore(Arc<Code>);

struct Code {
    archives: PathBuf,
    trees: PathBuf,
    next_temporary: AtomicU64,
    /// One lock per tree that is being made.
    unpacking: Mutex<HashMap<Sha256Digest, Weak<tokio::sync::Mutex<()>>>>,
    /// Whatever must live as long as the directory is used.
    _home: Arc<dyn Any + Send + Sync>,
}

/// What bears this in front of its name is not finished, or on its way out.
const TEMPORARY: &str = ".tmp-";
/// Up to so many files are made durable one by one; more, by syncing the whole file system once.
const FILES_SYNCED_SINGLY_MAX: usize = 64;
/// What is unpacked sooner is not worth writing in parts.
const HEAD_START: Duration = Duration::from_millis(50);

impl FileCodeStore {
    /// Creates what is missing and removes what a crash left half done.
    pub(crate) fn open(directory: &Path, home: Arc<dyn Any + Send + Sync>) -> io::Result<Self> {
        let (archives, trees) = (directory.join("archives"), directory.join("trees"));
        for directory in [&archives, &trees] {
            create_private_dir(directory)?;
            sweep(directory)?;
        }
        Ok(Self(Arc::new(Code {
            archives,
            trees,
            next_temporary: AtomicU64::new(0),
            unpacking: Mutex::default(),
            _home: home,
        })))
    }

    async fn on_blocking_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Code) -> io::Result<T> + Send + 'static,
    ) -> Result<T, StorageError> {
        let code = self.0.clone();
        let done = tokio::task::spawn_blocking(move || work(&code)).await;
        Ok(done.map_err(io::Error::other)??)
    }
}

#[async_trait]
impl CodeStore for FileCodeStore {
    async fn put_archive(
        &self,
        sha256: Sha256Digest,
        mut zip: Box<dyn Read + Send>,
    ) -> Result<(), StorageError> {
        self.on_blocking_thread(move |code| code.put_archive(sha256, &mut zip)).await
    }

    async fn archive(&self, sha256: Sha256Digest) -> Result<Option<PathBuf>, StorageError> {
        self.on_blocking_thread(move |code| existing(code.archive(sha256))).await
    }

    async fn tree(&self, sha256: Sha256Digest, unpack: Unpack) -> Result<PathBuf, StorageError> {
        let turn = self.0.turn(sha256).lock_owned().await;
        self.on_blocking_thread(move |code| {
            // Held here and not in the future, which the caller may drop in the midst of the work.
            let _turn = turn;
            code.tree(sha256, unpack)
        })
        .await
    }

    async fn retain(&self, keep: &[Sha256Digest]) -> Result<(), StorageError> {
        let keep: Vec<String> = keep.iter().map(Sha256Digest::to_string).collect();
        self.on_blocking_thread(move |code| code.retain(&keep)).await
    }
}

impl Code {
    fn archive(&self, sha256: Sha256Digest) -> PathBuf {
        self.archives.join(format!("{sha256}.zip"))
    }

    fn put_archive(&self, sha256: Sha256Digest, zip: &mut dyn Read) -> io::Result<()> {
        let place = self.archive(sha256);
        if place.try_exists()? {
            return Ok(());
        }
        let temporary = self.temporary(&self.archives);
        write_durably(&temporary, zip)
            .and_then(|()| fs::rename(&temporary, &place))
            .inspect_err(|_| remove(&temporary))?;
        sync_dir(&self.archives)
    }

    fn tree(&self, sha256: Sha256Digest, unpack: Unpack) -> io::Result<PathBuf> {
        let place = self.trees.join(sha256.to_string());
        if place.try_exists()? {
            return Ok(place);
        }
        let temporary = self.temporary(&self.trees);
        create_private_dir(&temporary)?;
        unpack_and_write(unpack, &temporary)
            .and_then(|()| open_to_all(&temporary))
            .and_then(|paths| make_durable(&paths))
            .and_then(|()| fs::rename(&temporary, &place))
            .inspect_err(|_| remove(&temporary))?;
        sync_dir(&self.trees)?;
        Ok(place)
    }

    fn retain(&self, keep: &[String]) -> io::Result<()> {
        for directory in [&self.archives, &self.trees] {
            for entry in fs::read_dir(directory)? {
                let entry = entry?;
                let kept = keep.iter().any(|digest| is_of(&entry.file_name(), digest));
                if !kept && !is_temporary(&entry.file_name()) {
                    // Renamed first, so that a tree is never seen half removed.
                    let temporary = self.temporary(directory);
                    fs::rename(entry.path(), &temporary)?;
                    remove(&temporary);
                }
            }
        }
        Ok(())
    }

    fn temporary(&self, directory: &Path) -> PathBuf {
        directory.join(format!("{TEMPORARY}{}", self.next_temporary.fetch_add(1, Ordering::Relaxed)))
    }

    fn turn(&self, sha256: Sha256Digest) -> Arc<tokio::sync::Mutex<()>> {
        let mut unpacking = self.unpacking.lock().unwrap_or_else(PoisonError::into_inner);
        unpacking.retain(|_, turn| turn.strong_count() > 0);
        if let Some(turn) = unpacking.get(&sha256).and_then(Weak::upgrade) {
            return turn;
        }
        let turn = Arc::default();
        unpacking.insert(sha256, Arc::downgrade(&turn));
        turn
    }
}

fn existing(path: PathBuf) -> io::Result<Option<PathBuf>> {
    Ok(path.try_exists()?.then_some(path))
}

fn is_of(name: &OsStr, digest: &str) -> bool {
    name.to_str().is_some_and(|name| name.strip_suffix(".zip").unwrap_or(name) == digest)
}

fn is_temporary(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(TEMPORARY.as_bytes())
}

fn sweep(directory: &Path) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if is_temporary(&entry.file_name()) {
            remove(&entry.path());
        }
    }
    Ok(())
}

/// What can't be removed is invisible all the same, and the next start tries again.
fn remove(path: &Path) {
    let is_directory = fs::symlink_metadata(path).is_ok_and(|found| found.is_dir());
    let removed = if is_directory { remove_tree(path) } else { fs::remove_file(path) };
    if let Err(error) = removed
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(path = %path.display(), %error, "cannot remove what is no longer needed");
    }
}

/// A package may contain directories that their owner may not change.
fn remove_tree(path: &Path) -> io::Result<()> {
    fs::remove_dir_all(path).or_else(|_| {
        open_to_all(path)?;
        fs::remove_dir_all(path)
    })
}

fn write_durably(path: &Path, content: &mut dyn Read) -> io::Result<()> {
    let mut file = open_private(path)?;
    io::copy(content, &mut file)?;
    file.sync_all()
}

/// Unpacks, and lets the disk write what is there already: else it would have nothing to do until all is unpacked.
fn unpack_and_write(unpack: Unpack, directory: &Path) -> io::Result<()> {
    let on_disk = File::open(directory)?;
    thread::scope(|scope| {
        let (unpacking, unpacked) = mpsc::channel::<()>();
        let writing = scope.spawn(move || -> io::Result<()> {
            while unpacked.recv_timeout(HEAD_START) == Err(RecvTimeoutError::Timeout) {
                rustix::fs::syncfs(&on_disk)?;
            }
            Ok(())
        });
        let done = unpack(directory);
        drop(unpacking);
        // An error of the disk is told only once, so it counts here as well.
        done.and(writing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

/// Lets the sandbox's user read a tree: directories become 0755, files 0644, or 0755 if anyone may execute
/// them. Returns every file and directory.
fn open_to_all(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    let mut open = vec![directory.to_owned()];
    while let Some(directory) = open.pop() {
        fs::set_permissions(&directory, fs::Permissions::from_mode(0o755))?;
        for entry in fs::read_dir(&directory)? {
            // Of the entry itself, not of what a link leads to.
            let (path, found) = entry.and_then(|entry| Ok((entry.path(), entry.metadata()?)))?;
            if found.is_dir() {
                open.push(path);
            } else if found.is_file() {
                open_file_to_all(&path, found.permissions().mode())?;
                paths.push(path);
            }
        }
        paths.push(directory);
    }
    Ok(paths)
}

fn open_file_to_all(path: &Path, found: u32) -> io::Result<()> {
    let mode = if found & 0o111 == 0 { 0o644 } else { 0o755 };
    if found & 0o7777 == mode {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

fn make_durable(paths: &[PathBuf]) -> io::Result<()> {
    match paths {
        [] => Ok(()),
        few if few.len() <= FILES_SYNCED_SINGLY_MAX => few.iter().try_for_each(|p| File::open(p)?.sync_all()),
        [any, ..] => Ok(rustix::fs::syncfs(File::open(any)?)?),
    }
}
