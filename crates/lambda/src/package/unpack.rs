//! Inflates a package, counting what really comes out.
//!
//! Nothing can be written outside the target, by construction: paths have plain components only, every file is
//! made anew without following a link, and the links come last, when no file is written any more.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;

use rustix::fs::{Mode, OFlags, Timespec, Timestamps};
use zip::read::ZipFile;

use super::archive::{FileEntry, Package, PackageError, open_entry};
use super::modified::modified_at;
use super::zip_bytes::ZipReader;

/// More threads gain nothing: they wait for the same file system.
const THREADS_MAX: usize = 4;

/// Files that a thread takes at a time; neighbours lie in the same directory.
const BATCH: usize = 64;

const BUFFER: usize = 64 << 10;

pub(super) type Contents<'a> = ZipFile<'a, ZipReader>;

#[derive(Debug, thiserror::Error)]
pub(super) enum UnpackError {
    #[error(transparent)]
    Package(#[from] PackageError),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Where nothing is written, only the package can be at fault.
impl From<UnpackError> for PackageError {
    fn from(error: UnpackError) -> Self {
        match error {
            UnpackError::Package(error) => error,
            UnpackError::Io(error) => Self::Malformed(error.to_string()),
        }
    }
}

impl Package {
    /// Inflates all and keeps nothing: are the contents what the archive promises?
    pub(crate) fn verify(&self) -> Result<(), PackageError> {
        Ok(self.for_each_file(|_, contents, inflater| inflater.copy(contents, &mut io::sink()))?)
    }

    /// Writes the package into an empty directory, readable for all. An error that is the package's fault can be
    /// had back with [`PackageError::from_io`].
    pub(crate) fn unpack(&self, target: &Path) -> io::Result<()> {
        self.unpack_into(target).map_err(|error| match error {
            UnpackError::Package(error) => error.into_io(),
            UnpackError::Io(error) => error,
        })
    }

    fn unpack_into(&self, target: &Path) -> Result<(), UnpackError> {
        let flags = OFlags::DIRECTORY | OFlags::RDONLY | OFlags::CLOEXEC;
        let target = rustix::fs::open(target, flags, Mode::empty()).map_err(io::Error::from)?;
        for directory in &self.directories {
            make_directory(&target, directory.as_str())?;
        }
        self.for_each_file(|file, contents, inflater| {
            let mut made = make_file(target.as_fd(), file)?;
            inflater.copy(contents, &mut made)?;
            Ok(keep_age(&made, contents)?)
        })?;
        for (link, points_at) in &self.links {
            rustix::fs::symlinkat(points_at.as_str(), &target, link.as_str()).map_err(io::Error::from)?;
        }
        Ok(())
    }

    /// On several threads, in no particular order, until the first error of each.
    pub(super) fn for_each_file(
        &self,
        visit: impl Fn(&FileEntry, &mut Contents<'_>, &mut Inflater<'_>) -> Result<(), UnpackError> + Sync,
    ) -> Result<(), UnpackError> {
        let room = AtomicU64::new(self.size_max);
        let batches: Vec<_> = self.files.chunks(BATCH).collect();
        let next = AtomicUsize::new(0);
        let work = || {
            let mut inflater = Inflater { room: &room, buffer: vec![0; BUFFER] };
            while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                for file in *batch {
                    let mut zip = self.zip.reader();
                    visit(file, &mut open_entry(&file.entry, &mut zip)?, &mut inflater)?;
                }
            }
            Ok(())
        };
        let threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX);
        thread::scope(|scope| {
            let helpers: Vec<_> = (1..threads.min(batches.len())).map(|_| scope.spawn(work)).collect();
            let mine = work();
            let join = |helper: thread::ScopedJoinHandle<'_, _>| {
                helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            helpers.into_iter().map(join).fold(mine, Result::and)
        })
    }
}

/// One thread's means. The sizes in the headers are promises only; this counts.
pub(super) struct Inflater<'a> {
    /// How many bytes may still come out, over all threads.
    room: &'a AtomicU64,
    buffer: Vec<u8>,
}

impl Inflater<'_> {
    pub(super) fn copy(
        &mut self,
        contents: &mut Contents<'_>,
        to: &mut impl Write,
    ) -> Result<(), UnpackError> {
        let mut missing = contents.size();
        loop {
            let read = contents.read(&mut self.buffer);
            let length = read.map_err(|error| PackageError::Malformed(error.to_string()))?;
            if length == 0 && missing == 0 {
                return Ok(());
            }
            self.take_room(length as u64)?;
            missing = missing.checked_sub(length as u64).filter(|_| length > 0).ok_or_else(|| {
                PackageError::Malformed("a file is not as long as the archive says".to_owned())
            })?;
            to.write_all(&self.buffer[..length])?;
        }
    }

    fn take_room(&self, bytes: u64) -> Result<(), PackageError> {
        let left = |room: u64| room.checked_sub(bytes);
        let taken = self.room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left);
        taken.map(drop).map_err(|_| PackageError::UnzippedTooLarge)
    }
}

fn make_directory(target: &OwnedFd, path: &str) -> io::Result<()> {
    rustix::fs::mkdirat(target, path, Mode::from_raw_mode(0o755))?;
    // The server's umask may have taken bits away.
    Ok(rustix::fs::chmodat(target, path, Mode::from_raw_mode(0o755), rustix::fs::AtFlags::empty())?)
}

fn keep_age(file: &File, contents: &Contents<'_>) -> io::Result<()> {
    match modified_at(contents.extra_data_fields(), contents.last_modified()) {
        Some(tv_sec) => {
            let time = Timespec { tv_sec, tv_nsec: 0 };
            let times = Timestamps { last_access: time, last_modification: time };
            Ok(rustix::fs::futimens(file, &times)?)
        }
        None => Ok(()),
    }
}

/// Owner and group are the server's, whatever the archive says. Of its permissions only "executable" counts.
fn make_file(target: BorrowedFd<'_>, file: &FileEntry) -> io::Result<File> {
    let mode = Mode::from_raw_mode(if file.executable { 0o755 } else { 0o644 });
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let made = rustix::fs::openat(target, file.path.as_str(), flags, mode)?;
    rustix::fs::fchmod(&made, mode)?;
    Ok(File::from(made))
}
