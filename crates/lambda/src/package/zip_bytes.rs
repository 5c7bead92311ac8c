//! The bytes of an archive: in memory, where a request brought them, or in a file, which may be large.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use bytes::Bytes;

/// Cheap to clone; what is cloned are not the bytes.
#[derive(Clone, Debug)]
pub(crate) enum ZipBytes {
    Memory(Bytes),
    /// Nobody may change it.
    File {
        file: Arc<File>,
        /// In bytes.
        size: u64,
    },
}

impl From<Bytes> for ZipBytes {
    fn from(bytes: Bytes) -> Self {
        Self::Memory(bytes)
    }
}

impl ZipBytes {
    pub(crate) fn of_file(file: File, size: u64) -> Self {
        Self::File { file: Arc::new(file), size }
    }

    /// In bytes.
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File { size, .. } => *size,
        }
    }

    /// At the beginning, and independent of all other readers.
    pub(crate) fn reader(&self) -> ZipReader {
        match self {
            Self::Memory(bytes) => ZipReader::Memory(Cursor::new(bytes.clone())),
            Self::File { file, size } => {
                let section = Section { file: Arc::clone(file), size: *size, position: 0 };
                ZipReader::File(BufReader::new(section))
            }
        }
    }
}

#[derive(Debug)]
pub(crate) enum ZipReader {
    Memory(Cursor<Bytes>),
    File(BufReader<Section>),
}

impl Read for ZipReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Memory(cursor) => cursor.read(buffer),
            Self::File(file) => file.read(buffer),
        }
    }
}

impl Seek for ZipReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Memory(cursor) => cursor.seek(to),
            Self::File(file) => file.seek(to),
        }
    }
}

/// A file from its beginning to its size, with a position that no other reader shares.
#[derive(Debug)]
pub(crate) struct Section {
    file: Arc<File>,
    size: u64,
    position: u64,
}

impl Read for Section {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.size.saturating_sub(self.position)).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        let read = self.file.read_at(&mut buffer[..wanted], self.position)?;
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for Section {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.size.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}
