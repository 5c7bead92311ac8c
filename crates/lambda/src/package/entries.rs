//! What a package holds, each thing with a digest of its contents.

use std::io::{self, Read as _};
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::digest::{Context, Digest, SHA256, digest};
use hob_types::Sha256Digest;

use super::archive::{Package, PackageError, open_entry};
use super::path::EntryPath;

/// A file, a symbolic link or an empty directory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    pub(crate) path: String,
    /// As git writes it: what is not executable is like all that is not.
    pub(crate) mode: u32,
    /// Of a link, of what it points at.
    pub(crate) sha256: Sha256Digest,
}

const FILE: u32 = 0o100_644;
const EXECUTABLE: u32 = 0o100_755;
const LINK: u32 = 0o120_000;
const DIRECTORY: u32 = 0o040_000;

impl Package {
    /// Everything, by path, byte by byte. Other directories follow from what is in them. Inflates all.
    pub(crate) fn entries(&self) -> Result<Vec<Entry>, PackageError> {
        let mut entries = self.file_entries()?;
        let entry = |path: &EntryPath, mode, contents: &str| Entry {
            path: path.as_str().to_owned(),
            mode,
            sha256: to_sha256(&digest(&SHA256, contents.as_bytes())),
        };
        entries.extend(self.links.iter().map(|(path, target)| entry(path, LINK, target)));
        entries.extend(self.empty_directories().map(|path| entry(path, DIRECTORY, "")));
        entries.sort_unstable();
        Ok(entries)
    }

    fn file_entries(&self) -> Result<Vec<Entry>, PackageError> {
        let entries = Mutex::new(Vec::with_capacity(self.files.len()));
        self.for_each_file(|file, contents, inflater| {
            let mut hash = Hash(Context::new(&SHA256));
            inflater.copy(contents, &mut hash)?;
            let mode = if file.executable { EXECUTABLE } else { FILE };
            let entry =
                Entry { path: file.path.as_str().to_owned(), mode, sha256: to_sha256(&hash.0.finish()) };
            entries.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
            Ok(())
        })?;
        Ok(entries.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn empty_directories(&self) -> impl Iterator<Item = &EntryPath> {
        let inhabitants = self.directories.iter().chain(self.links.keys());
        let inhabitants = inhabitants.chain(self.files.iter().map(|file| &file.path));
        let inhabited: std::collections::BTreeSet<_> =
            inhabitants.filter_map(|path| path.ancestors().next()).collect();
        self.directories.iter().filter(move |directory| !inhabited.contains(*directory))
    }

    /// The contents of one file. `None`: there is no such file. It must have at most `length_max` bytes.
    pub(crate) fn read_file(&self, path: &str, length_max: u64) -> Result<Option<Vec<u8>>, PackageError> {
        let Some(file) = self.files.iter().find(|file| file.path.as_str() == path) else { return Ok(None) };
        let mut zip = self.zip.reader();
        let mut contents = Vec::new();
        let read = open_entry(&file.entry, &mut zip)?.take(length_max + 1).read_to_end(&mut contents);
        match read {
            Ok(_) if contents.len() as u64 <= length_max => Ok(Some(contents)),
            Ok(_) => Err(PackageError::Malformed(format!("{path} has more than {length_max} bytes"))),
            Err(error) => Err(PackageError::Malformed(format!("{path}: {error}"))),
        }
    }
}

struct Hash(Context);

impl io::Write for Hash {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn to_sha256(digest: &Digest) -> Sha256Digest {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest.as_ref());
    Sha256Digest::new(bytes)
}
