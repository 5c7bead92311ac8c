//! What the catalogue is asked, and what it answers.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use hob_types::{MemoryMib, Runtime};

/// The part of a function's configuration that decides what runs it.
#[derive(Clone, Copy, Debug)]
pub struct RuntimeRequest<'a> {
    pub runtime: &'a Runtime,
    pub handler: &'a str,
    /// The unpacked package on the host.
    pub code: &'a Path,
    /// The unpacked layers on the host, in merge order.
    pub layers: &'a [PathBuf],
    /// The user's own variables.
    pub environment: &'a BTreeMap<String, String>,
    pub memory: MemoryMib,
}

/// How to start a function's runtime inside its sandbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuntimeLaunch {
    /// Besides `/usr`, `/var/task` and `/opt`, which the engine mounts. In order: a later one may lie within
    /// an earlier one, and its mount point then exists there.
    pub mounts: Vec<RuntimeMount>,
    /// Likewise, but made of this function's own layers, so that a runtime made ahead has a [slot](SLOTS) there.
    pub function_mounts: Vec<RuntimeMount>,
    /// Absolute, as seen from inside.
    pub program: PathBuf,
    /// The program's own name first.
    pub arguments: Vec<OsString>,
    /// To be laid over the user's variables. A variable that the user may set and did set is not in here.
    pub environment: Vec<(String, String)>,
    /// For the INIT_START line, such as `python:3.12.v1`. `None`: `provided` has no such line.
    pub description: Option<String>,
    /// Something that the function's log should say once, such as that another minor version is used.
    pub note: Option<String>,
    /// How the runtime can be had before its function is known. `None`: something in this function's configuration
    /// must be there when the program starts.
    pub ahead: Option<Ahead>,
}

/// Where a function's own files appear in a sandbox that was made before the function was known: its package, its
/// layers, and what [`function_mounts`](RuntimeLaunch::function_mounts) may name.
pub const SLOTS: [&str; 3] = ["/var/task", "/opt", "/var/node_modules"];

/// A runtime that starts without a function. It connects to the Runtime API, asks `GET /hob/assignment`, and waits; the
/// answer is a JSON object of all environment variables of its function, which it makes its own. From then on, in
/// `/var/task`, it does what a fresh process with those variables would do, on the same connection. Two functions whose
/// [`mounts`](RuntimeLaunch::mounts) and `ahead` are equal can take each other's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ahead {
    pub arguments: Vec<OsString>,
    /// What the process has until its assignment.
    pub environment: Vec<(String, String)>,
    pub method: Method,
}

/// How to get one more of a runtime that starts ahead.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// As a copy of one process that has been initialised. The copies have no memory limit until they are assigned.
    Fork,
    /// By starting the program, whose heap is laid out for this memory size.
    Boot { memory: MemoryMib },
}

/// Host directories or files, the last on top, and where they appear inside, read-only.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RuntimeMount {
    pub sources: Vec<PathBuf>,
    pub target: PathBuf,
}

/// Why a function cannot be started. The caller of the function sees both fields, in AWS's form:
/// `{"errorType": …, "errorMessage": "RequestId: <id> Error: <message>"}`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{error_type}: {message}")]
pub struct RuntimeError {
    /// Such as `Runtime.InvalidEntrypoint`.
    pub error_type: String,
    /// What is missing, and what to do.
    pub message: String,
}
