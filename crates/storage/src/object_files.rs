//! The files below `objects/`: one for each object, or for each part of one.
//!
//! A file's name says nothing of its object, and is never used again. What no row names is not there for anybody, so
//! that a file needs no other name while it is written.

use std::any::Any;
use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::data_directory::{create_private_dir, sync_dir};
use crate::object::{NewFile, Piece, StoredFile, Unused};
use crate::sqlite::Durability;
use crate::{FileId, StorageError};

/// Into so many directories the files are spread: file systems get slow when one directory holds millions.
const DIRECTORIES: u64 = 256;

pub(crate) struct ObjectFiles {
    directory: PathBuf,
    durability: Durability,
    run: u64,
    next: AtomicU64,
    /// How many readers each version has.
    pins: Mutex<HashMap<u64, usize>>,
    pub(crate) deleted: Notify,
    /// Whatever must live as long as the directory is used.
    _home: Arc<dyn Any + Send + Sync>,
}

impl std::fmt::Debug for ObjectFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ObjectFiles").field("directory", &self.directory).finish_non_exhaustive()
    }
}

impl ObjectFiles {
    /// Creates what is missing. No two runs have the same number.
    pub(crate) fn start(
        directory: PathBuf,
        run: u64,
        durability: Durability,
        home: Arc<dyn Any + Send + Sync>,
    ) -> io::Result<Self> {
        for number in (0..DIRECTORIES).rev() {
            let path = directory.join(format!("{number:02x}"));
            // The first is made last, so that the others are there if it is.
            if number == DIRECTORIES - 1 && directory.join("00").try_exists()? {
                break;
            }
            create_private_dir(&path)?;
        }
        sync_dir(&directory)?;
        Ok(Self {
            directory,
            durability,
            run,
            next: AtomicU64::new(0),
            pins: Mutex::default(),
            deleted: Notify::new(),
            _home: home,
        })
    }

    pub(crate) fn create(self: &Arc<Self>) -> Result<NewFile, StorageError> {
        let id = self.next();
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(self.path(id))?;
        Ok(NewFile { id, file, size: 0, unused: self.unused(id) })
    }

    /// Another name for the same content: neither is ever changed.
    ///
    /// `None`: the original is gone.
    pub(crate) fn link(
        self: &Arc<Self>,
        original: FileId,
        size: u64,
    ) -> Result<Option<StoredFile>, StorageError> {
        let id = self.next();
        let unused = self.unused(id);
        let (original, copy) = (self.path(original), self.path(id));
        // Not every file system has links, and none has any number of them.
        match fs::hard_link(&original, &copy).or_else(|_| self.copy(&original, &copy)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            linked => linked?,
        }
        self.sync_directory_of(id)?;
        Ok(Some(StoredFile { id, size, unused }))
    }

    fn copy(&self, original: &Path, copy: &Path) -> io::Result<()> {
        fs::copy(original, copy)?;
        if self.durability == Durability::Kept { File::open(copy)?.sync_all() } else { Ok(()) }
    }

    fn next(&self) -> FileId {
        FileId { run: self.run, number: self.next.fetch_add(1, Ordering::Relaxed) }
    }

    fn unused(self: &Arc<Self>, id: FileId) -> Unused {
        Unused { files: self.clone(), file: Some(id) }
    }

    fn path(&self, id: FileId) -> PathBuf {
        self.directory_of(id).join(id.to_string())
    }

    fn directory_of(&self, id: FileId) -> PathBuf {
        self.directory.join(format!("{:02x}", id.number % DIRECTORIES))
    }

    /// Makes the content of a file and its name durable.
    pub(crate) fn sync(&self, id: FileId, file: &File) -> io::Result<()> {
        if self.durability == Durability::Kept {
            file.sync_all()?;
        }
        self.sync_directory_of(id)
    }

    fn sync_directory_of(&self, id: FileId) -> io::Result<()> {
        if self.durability == Durability::Kept { sync_dir(&self.directory_of(id)) } else { Ok(()) }
    }

    pub(crate) fn open(&self, id: FileId) -> io::Result<File> {
        File::open(self.path(id))
    }

    /// A file that is gone as soon as it is closed.
    pub(crate) fn unnamed(&self) -> io::Result<File> {
        let path = self.path(self.next());
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
        fs::remove_file(path)?;
        Ok(file)
    }

    pub(crate) fn open_piece(&self, piece: Piece) -> io::Result<io::Take<File>> {
        let mut file = self.open(piece.file)?;
        if piece.bytes.start > 0 {
            file.seek(io::SeekFrom::Start(piece.bytes.start))?;
        }
        Ok(io::Read::take(file, piece.bytes.end - piece.bytes.start))
    }

    /// What can't be removed belongs to nothing all the same, and is tried again after the next start.
    pub(crate) fn remove(&self, id: FileId) {
        let path = self.path(id);
        if let Err(error) = fs::remove_file(&path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(path = %path.display(), %error, "cannot remove what is no longer needed");
        }
    }

    pub(crate) fn directories() -> std::ops::Range<u64> {
        0..DIRECTORIES
    }

    /// The files of earlier runs in one directory.
    pub(crate) fn earlier(&self, directory: u64) -> io::Result<Vec<FileId>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(self.directory.join(format!("{directory:02x}")))? {
            let id = entry?.file_name().to_str().and_then(|name| name.parse::<FileId>().ok());
            found.extend(id.filter(|id| id.run < self.run));
        }
        Ok(found)
    }

    /// The version's files stay until the pin is dropped, if they have not been removed before.
    pub(crate) fn pin(self: &Arc<Self>, sequence: u64) -> Pin {
        *self.pins.lock().unwrap_or_else(PoisonError::into_inner).entry(sequence).or_default() += 1;
        Pin { files: self.clone(), sequence }
    }

    pub(crate) fn pinned(&self) -> Vec<u64> {
        self.pins.lock().unwrap_or_else(PoisonError::into_inner).keys().copied().collect()
    }
}

#[derive(Debug)]
pub(crate) struct Pin {
    files: Arc<ObjectFiles>,
    sequence: u64,
}

impl Drop for Pin {
    fn drop(&mut self) {
        let mut pins = self.files.pins.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = pins.get_mut(&self.sequence) {
            *count -= 1;
            if *count == 0 {
                pins.remove(&self.sequence);
                self.files.deleted.notify_one();
            }
        }
    }
}
