//! The parsers of requests, of deployment packages and of resource policies. They may not panic, whatever the bytes.

use std::io;
use std::path::Path;

use bytes::Bytes;

pub use crate::api::fuzzing::rest_json_request;
use crate::package::{Package, PackageError};
use crate::policy::PolicyDocument;

pub fn package(bytes: &[u8]) {
    // Small, so that a run is not spent on inflating zeros.
    const UNZIPPED_MAX: u64 = 1 << 20;
    if let Ok(package) = Package::open_within(Bytes::copy_from_slice(bytes).into(), UNZIPPED_MAX) {
        let _ = package.verify();
    }
}

/// What is accepted must also be read back as it was written.
pub fn policy_document(bytes: &[u8]) {
    const RESOURCE: &str = "arn:aws:lambda:us-east-1:000000000000:function:f";
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(document) = PolicyDocument::parse(text, RESOURCE) {
        let _ = document.is_public();
        assert_eq!(PolicyDocument::parse(&document.to_json(), RESOURCE), Ok(document));
    }
}

/// For the benchmark `examples/unpack.rs`.
pub fn unpack(zip: Bytes, target: &Path) -> io::Result<()> {
    Package::open(zip).map_err(PackageError::into_io)?.unpack(target)
}
