use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

use async_trait::async_trait;

use super::ObjectRecord;
use crate::StorageError;
use crate::object_files::{ObjectFiles, Pin};

/// Names one file that holds an object or a part of one. No two have ever had the same.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId {
    /// Counts how often the store was opened.
    pub(crate) run: u64,
    /// Counts within a run.
    pub(crate) number: u64,
}

impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}-{:x}", self.run, self.number)
    }
}

impl fmt::Debug for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileId({self})")
    }
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} names no file of the store")]
pub struct InvalidFileId(String);

impl FromStr for FileId {
    type Err = InvalidFileId;

    fn from_str(s: &str) -> Result<Self, InvalidFileId> {
        let id = s.split_once('-').and_then(|(run, number)| {
            let hex = |digits| u64::from_str_radix(digits, 16).ok();
            Some(Self { run: hex(run)?, number: hex(number)? })
        });
        // Making it again finds every other way to write the same numbers.
        id.filter(|id| id.to_string() == s).ok_or_else(|| InvalidFileId(s.to_owned()))
    }
}

/// A part of an object. One that was put in one piece has one part, with the number 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartRecord {
    pub number: u32,
    pub file: FileId,
    /// In bytes.
    pub size: u64,
    /// Base64, by the algorithm of the object's; `None`: it has none, or is the whole object.
    pub checksum: Option<String>,
}

/// A file that is being written. Every method blocks; dropping it removes the file.
#[derive(Debug)]
pub struct NewFile {
    pub(crate) id: FileId,
    pub(crate) file: File,
    pub(crate) size: u64,
    pub(crate) unused: Unused,
}

impl NewFile {
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        io::Write::write_all(&mut self.file, bytes)?;
        self.size += bytes.len() as u64;
        Ok(())
    }

    /// Makes it durable.
    pub fn finish(self) -> Result<StoredFile, StorageError> {
        self.unused.files.sync(self.id, &self.file)?;
        Ok(StoredFile { id: self.id, size: self.size, unused: self.unused })
    }
}

/// A durable file that belongs to nothing yet. Dropping it removes the file, unless an object has it by then.
#[derive(Debug)]
pub struct StoredFile {
    pub(crate) id: FileId,
    pub(crate) size: u64,
    pub(crate) unused: Unused,
}

impl StoredFile {
    /// In bytes.
    pub fn size(&self) -> u64 {
        self.size
    }
}

/// Removes a file when it is dropped.
#[derive(Debug)]
pub(crate) struct Unused {
    pub(crate) files: Arc<ObjectFiles>,
    pub(crate) file: Option<FileId>,
}

impl Unused {
    /// Whatever happens from now on, the file stays.
    pub(crate) fn keep(mut self) {
        self.file = None;
    }
}

impl Drop for Unused {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            self.files.remove(file);
        }
    }
}

/// Reads an object, or a range of it, in the state in which it was opened. Reading blocks.
#[derive(Debug)]
pub struct ObjectReader {
    pub(crate) files: Arc<ObjectFiles>,
    /// What is left, the next piece last.
    pub(crate) pieces: Vec<Piece>,
    pub(crate) open: Option<io::Take<File>>,
    /// Keeps the files from being removed.
    pub(crate) _pin: Pin,
}

impl ObjectReader {
    /// A file with what is left to read, at its beginning; it stays readable whatever becomes of the object. What came
    /// in parts is copied.
    pub fn into_file(mut self) -> io::Result<File> {
        if let [Piece { bytes, file }] = self.pieces.as_slice()
            && bytes.start == 0
            && self.open.is_none()
        {
            return self.files.open(*file);
        }
        let mut whole = self.files.unnamed()?;
        io::copy(&mut self, &mut whole)?;
        io::Seek::rewind(&mut whole)?;
        Ok(whole)
    }
}

/// A part of a file.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(crate) file: FileId,
    pub(crate) bytes: Range<u64>,
}

impl Read for ObjectReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(open) = &mut self.open {
                match open.read(buffer)? {
                    0 if !buffer.is_empty() && open.limit() > 0 => {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                    0 if !buffer.is_empty() => self.open = None,
                    read => return Ok(read),
                }
            }
            match self.pieces.pop() {
                None => return Ok(0),
                Some(piece) => self.open = Some(self.files.open_piece(piece)?),
            }
        }
    }
}

/// The files that hold what is in objects.
#[async_trait]
pub trait ContentStore: Send + Sync {
    /// Begins a new file. Blocks.
    fn create(&self) -> Result<NewFile, StorageError>;

    /// Another file with the content of a part, at no cost. Blocks. `None`: the part is gone.
    fn link(&self, part: &PartRecord) -> Result<Option<StoredFile>, StorageError>;

    /// Opens these bytes of an object. `None`: this version has been deleted meanwhile.
    async fn open(
        &self,
        object: &ObjectRecord,
        bytes: Range<u64>,
    ) -> Result<Option<ObjectReader>, StorageError>;

    /// Removes the files of what has been deleted or replaced and nobody reads any more.
    async fn remove_deleted(&self) -> Result<(), StorageError>;

    /// Returns when something was deleted since the last call, or may have been.
    async fn deleted(&self);

    /// Removes what a crash has left: files of earlier runs that belong to nothing.
    async fn remove_unreferenced(&self) -> Result<(), StorageError>;
}
