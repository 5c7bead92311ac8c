//! The parser of deployment packages. It may not panic, whatever the bytes.

use bytes::Bytes;

use crate::package::Package;

pub fn package(bytes: &[u8]) {
    // Small, so that a run is not spent on inflating zeros.
    const UNZIPPED_MAX: u64 = 1 << 20;
    if let Ok(package) = Package::open_within(Bytes::copy_from_slice(bytes), UNZIPPED_MAX) {
        let _ = package.verify();
    }
}
