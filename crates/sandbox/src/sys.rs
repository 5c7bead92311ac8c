//! The system calls that have no safe wrapper elsewhere.

use std::io;

use rustix::process::{Resource, getrlimit, setrlimit};

/// Lets this process open as many descriptors as the system allows it, and returns that number.
pub fn raise_descriptor_limit() -> io::Result<u64> {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, rustix::process::Rlimit { current: limit.maximum, ..limit })?;
    Ok(limit.maximum.unwrap_or(u64::MAX))
}
