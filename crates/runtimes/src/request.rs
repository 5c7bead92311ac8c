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
}

/// Host directories or files, the last on top, and where they appear inside, read-only.
#[derive(Clone, Debug, PartialEq, Eq)]
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
