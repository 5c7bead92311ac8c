//! What a zip archive promises to contain, checked before anything is unpacked.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};

use zip::read::{Config, OwnedZipFileEntry, ZipFile, ZipReadOptions};
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;

use super::path::EntryPath;
use super::zip_bytes::{ZipBytes, ZipReader};
use super::{UNZIPPED_SIZE_LIMIT, ZIPPED_SIZE_LIMIT, links};

/// Bounds the memory and inodes that one package takes.
const ENTRIES_MAX: usize = 200_000;
const LINKS_MAX: usize = 10_000;
/// In bytes, of what a symbolic link points at.
const LINK_TARGET_MAX: u64 = 1024;

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackageError {
    #[error("the zip is {0} bytes long; {ZIPPED_SIZE_LIMIT} are too many")]
    ZippedTooLarge(u64),
    #[error("the files make {UNZIPPED_SIZE_LIMIT} bytes or more")]
    UnzippedTooLarge,
    #[error("the zip holds no entry")]
    Empty,
    #[error("the zip is not usable: {0}")]
    Malformed(String),
}

impl PackageError {
    fn malformed(what: impl Into<String>) -> Self {
        Self::Malformed(what.into())
    }

    /// How it passes through an interface that knows only I/O errors.
    pub(crate) fn into_io(self) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, self)
    }

    /// The package error that [`into_io`](Self::into_io) made this of, if it is one.
    pub(crate) fn from_io(error: io::Error) -> Result<Self, io::Error> {
        error.downcast::<Self>()
    }
}

impl From<ZipError> for PackageError {
    fn from(error: ZipError) -> Self {
        Self::Malformed(error.to_string())
    }
}

/// An archive whose names, kinds and promised sizes are safe to unpack; its contents are not yet inflated.
#[derive(Debug)]
pub(crate) struct Package {
    pub(super) zip: ZipBytes,
    /// Of all files together, in bytes.
    pub(super) size_max: u64,
    /// Of all files together, in bytes, as the archive says; unpacking refuses what is not so.
    promised: u64,
    /// Every directory that a file, link or directory entry needs, outer ones before inner ones.
    pub(super) directories: BTreeSet<EntryPath>,
    pub(super) files: Vec<FileEntry>,
    /// What each symbolic link points at.
    pub(super) links: BTreeMap<EntryPath, String>,
}

#[derive(Debug)]
pub(super) struct FileEntry {
    pub(super) path: EntryPath,
    pub(super) executable: bool,
    pub(super) entry: OwnedZipFileEntry,
}

enum Kind {
    Directory,
    File { executable: bool },
    Link,
}

impl Package {
    pub(crate) fn open(zip: impl Into<ZipBytes>) -> Result<Self, PackageError> {
        Self::open_within(zip.into(), UNZIPPED_SIZE_LIMIT - 1)
    }

    /// As [`open`](Self::open), with another bound on all files together, in bytes.
    pub(crate) fn open_within(zip: ZipBytes, size_max: u64) -> Result<Self, PackageError> {
        check_zipped_size(&zip)?;
        let mut archive = ZipIterable::try_new(zip.reader(), Config::default())?;
        match archive.len() {
            0 => return Err(PackageError::Empty),
            1..=ENTRIES_MAX => {}
            _ => return Err(PackageError::malformed("too many entries")),
        }
        let mut package = Self {
            zip,
            size_max,
            promised: 0,
            directories: BTreeSet::new(),
            files: Vec::new(),
            links: BTreeMap::new(),
        };
        for entry in archive.files()? {
            let entry = OwnedZipFileEntry::from(entry?);
            package.promised = package.promised.saturating_add(entry.size());
            if package.promised > size_max {
                return Err(PackageError::UnzippedTooLarge);
            }
            package.add(entry)?;
        }
        package.check_names()?;
        package.check_links()?;
        Ok(package)
    }

    /// Of all files together, in bytes.
    pub(crate) fn unzipped_size(&self) -> u64 {
        self.promised
    }

    fn add(&mut self, entry: OwnedZipFileEntry) -> Result<(), PackageError> {
        let name = name_of(&entry)?;
        if EntryPath::is_root(&name) {
            return Ok(());
        }
        let path = EntryPath::parse(&name)
            .ok_or_else(|| PackageError::malformed(format!("{name:?} is no path inside the package")))?;
        match kind_of(&entry, &name)? {
            Kind::Directory => {
                self.directories.insert(path);
            }
            Kind::File { executable } => self.files.push(FileEntry { path, executable, entry }),
            Kind::Link => {
                let target = link_target(&self.zip, &entry)?;
                if self.links.len() == LINKS_MAX || self.links.insert(path, target).is_some() {
                    return Err(PackageError::malformed("too many symbolic links, or one twice"));
                }
            }
        }
        Ok(())
    }

    /// Each name may mean one thing only, or who unpacks would decide which file a function gets.
    fn check_names(&mut self) -> Result<(), PackageError> {
        self.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        let twice = self.files.windows(2).find(|pair| pair[0].path == pair[1].path);
        if let Some([twice, _]) = twice {
            return Err(PackageError::malformed(format!("{:?} is there twice", twice.path)));
        }
        let leaves = || self.files.iter().map(|file| &file.path).chain(self.links.keys());
        let given = self.directories.clone();
        for path in given.iter().chain(leaves()) {
            add_ancestors(&mut self.directories, path)?;
        }
        let is_directory = |path: &&EntryPath| self.directories.contains(*path);
        let is_file = |path: &&EntryPath| self.files.binary_search_by(|file| file.path.cmp(path)).is_ok();
        let clash = leaves().find(is_directory).or_else(|| self.links.keys().find(is_file));
        match clash {
            Some(path) => Err(PackageError::malformed(format!("{path:?} is there twice"))),
            None => Ok(()),
        }
    }

    fn check_links(&self) -> Result<(), PackageError> {
        match self.links.keys().find(|link| !links::stays_inside(link, &self.links)) {
            Some(link) => Err(PackageError::malformed(format!("the symbolic link {link:?} leads out"))),
            None => Ok(()),
        }
    }
}

/// What does not come with a request may be as large as its files may be.
fn check_zipped_size(zip: &ZipBytes) -> Result<(), PackageError> {
    match (zip, zip.size()) {
        (ZipBytes::Memory(_), ZIPPED_SIZE_LIMIT..) => Err(PackageError::ZippedTooLarge(zip.size())),
        (ZipBytes::File { .. }, UNZIPPED_SIZE_LIMIT..) => Err(PackageError::UnzippedTooLarge),
        _ => Ok(()),
    }
}

/// Adds the directories that `path` lies in.
fn add_ancestors(directories: &mut BTreeSet<EntryPath>, path: &EntryPath) -> Result<(), PackageError> {
    // Where a directory is known, those that it lies in are known, too, or their turn comes.
    path.ancestors().take_while(|ancestor| directories.insert(ancestor.clone())).for_each(drop);
    match directories.len() {
        0..=ENTRIES_MAX => Ok(()),
        _ => Err(PackageError::malformed("too many directories")),
    }
}

/// Most archivers write UTF-8 without saying so; what is not UTF-8 is in the zip format's own code page.
fn name_of(entry: &OwnedZipFileEntry) -> Result<String, PackageError> {
    match std::str::from_utf8(entry.name_raw()) {
        Ok(name) => Ok(name.to_owned()),
        Err(_) => Ok(entry.name()?.into_owned()),
    }
}

fn kind_of(entry: &OwnedZipFileEntry, name: &str) -> Result<Kind, PackageError> {
    const FILE_TYPE: u32 = 0o170_000;
    let mode = entry.unix_mode().unwrap_or(0);
    match mode & FILE_TYPE {
        _ if entry.encrypted() => Err(PackageError::malformed(format!("{name:?} is encrypted"))),
        0o120_000 => Ok(Kind::Link),
        _ if name.ends_with('/') => Ok(Kind::Directory),
        0o040_000 => Ok(Kind::Directory),
        0 | 0o100_000 => Ok(Kind::File { executable: mode & 0o111 != 0 }),
        _ => Err(PackageError::malformed(format!("{name:?} is neither file, directory nor link"))),
    }
}

fn link_target(zip: &ZipBytes, entry: &OwnedZipFileEntry) -> Result<String, PackageError> {
    if entry.size() > LINK_TARGET_MAX {
        return Err(PackageError::malformed("a symbolic link is too long"));
    }
    let mut reader = zip.reader();
    let file = open_entry(entry, &mut reader)?;
    let mut target = String::new();
    file.take(LINK_TARGET_MAX + 1)
        .read_to_string(&mut target)
        .map_err(|error| PackageError::malformed(format!("unreadable symbolic link: {error}")))?;
    if target.is_empty() || target.len() as u64 > LINK_TARGET_MAX {
        return Err(PackageError::malformed("a symbolic link is empty or too long"));
    }
    Ok(target)
}

/// Checks the contents against the entry's CRC-32 as they are read.
pub(super) fn open_entry<'a>(
    entry: &'a OwnedZipFileEntry,
    zip: &'a mut ZipReader,
) -> Result<ZipFile<'a, ZipReader>, PackageError> {
    Ok(entry.as_ref().with_reader(zip, ZipReadOptions::new())?)
}
