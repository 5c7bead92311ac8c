//! Deployment packages: zip archives from strangers, checked before a byte of them is written.

mod archive;
mod entries;
mod links;
mod modified;
mod path;
#[cfg(test)]
mod tests;
mod unpack;
mod zip_bytes;

pub(crate) use self::archive::{Package, PackageError};
pub(crate) use self::zip_bytes::ZipBytes;

/// The largest zip that may come with a request, in bytes; it must be smaller. Source: Lambda quotas.
pub(crate) const ZIPPED_SIZE_LIMIT: u64 = 52_428_800;

/// The size of all files of a function, in bytes; it must be smaller. Source: Lambda quotas.
pub(crate) const UNZIPPED_SIZE_LIMIT: u64 = 262_144_000;
