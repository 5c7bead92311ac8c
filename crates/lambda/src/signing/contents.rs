//! One digest for everything that a function gets from a package, however it was zipped.

use aws_lc_rs::digest::{Context, SHA256};
use hob_types::Sha256Digest;

use super::signature::{DIRECTORY, PATH};
use crate::package::{Package, PackageError};

/// Over each entry but the signature, in the order of their paths: its mode as git writes it, its contents' SHA-256,
/// its path, NUL. A path has no NUL, so different packages never make the same text.
pub(super) fn contents(package: &Package) -> Result<Sha256Digest, PackageError> {
    let mut hash = Context::new(&SHA256);
    for entry in package.entries()? {
        // The signature's directory is there wherever a signature is.
        if entry.path != PATH && entry.path != DIRECTORY {
            hash.update(format!("{:06o} {} {}\0", entry.mode, entry.sha256, entry.path).as_bytes());
        }
    }
    let mut bytes = [0; 32];
    bytes.copy_from_slice(hash.finish().as_ref());
    Ok(Sha256Digest::new(bytes))
}
