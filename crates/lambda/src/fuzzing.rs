//! The parser of deployment packages. It may not panic, whatever the bytes.

use std::io;
use std::path::Path;

use bytes::Bytes;

use crate::package::{Package, PackageError};

pub fn package(bytes: &[u8]) {
    // Small, so that a run is not spent on inflating zeros.
    const UNZIPPED_MAX: u64 = 1 << 20;
    if let Ok(package) = Package::open_within(Bytes::copy_from_slice(bytes), UNZIPPED_MAX) {
        let _ = package.verify();
    }
}

/// For the benchmark `examples/unpack.rs`.
pub fn unpack(zip: Bytes, target: &Path) -> io::Result<()> {
    Package::open(zip).map_err(PackageError::into_io)?.unpack(target)
}
