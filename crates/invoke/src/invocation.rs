//! What the engine is asked, and what it answers.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use hob_environment::Measured;
use hob_types::{
    Architecture, EphemeralStorageMib, FunctionArn, InvocationSource, LoggingConfiguration, MemoryMib,
    RequestId, RevisionId, Runtime, Sha256Digest, TimeoutSeconds, Version,
};
use tokio::sync::watch;

use crate::Provisioned;

/// Everything that decides how one version of a function runs. Immutable: a change of code or configuration
/// makes another one with another revision.
#[derive(Clone, Debug)]
pub struct FunctionVersion {
    pub arn: FunctionArn,
    pub version: Version,
    /// Environments of other revisions of the same version are retired.
    pub revision: RevisionId,
    /// `None` for a container image.
    pub runtime: Option<Runtime>,
    pub handler: String,
    pub memory: MemoryMib,
    pub timeout: TimeoutSeconds,
    pub ephemeral_storage: EphemeralStorageMib,
    /// What it is billed as. Hob runs all functions on the machine's own.
    pub architecture: Architecture,
    /// The user's environment variables, decrypted.
    pub environment: BTreeMap<String, String>,
    pub code_sha256: Sha256Digest,
    /// The unpacked package, read-only.
    pub code: PathBuf,
    /// The unpacked layers in merge order, read-only.
    pub layers: Vec<PathBuf>,
    /// The execution role's ARN.
    pub role: String,
    /// `/aws/lambda/<name>` unless configured otherwise.
    pub log_group: String,
    pub logging: LoggingConfiguration,
    /// A published version whose environments are to be copies of one initialisation: SnapStart.
    pub snap_start: bool,
}

/// One call of a function, from whatever source.
#[derive(Clone, Debug)]
pub struct Invocation {
    pub request_id: RequestId,
    pub version: Arc<FunctionVersion>,
    pub source: InvocationSource,
    /// As the caller named the function: with a qualifier only if the caller gave one.
    pub invoked_function_arn: String,
    /// Never parsed by the engine.
    pub payload: Bytes,
    /// JSON, already decoded from base64; synchronous invocations only.
    pub client_context: Option<String>,
    /// `X-Amzn-Trace-Id` as received.
    pub trace_header: Option<String>,
    /// Return the last 4 KB of this invocation's log.
    pub log_tail: bool,
}

/// How a function answered. A function error is an answer, too.
#[derive(Clone, Debug)]
pub struct InvocationResult {
    /// The runtime's bytes, or the error document.
    pub payload: Bytes,
    /// The function failed: `X-Amz-Function-Error: Unhandled`.
    pub function_error: bool,
    /// The last 4 KB of the log, START to REPORT, if asked for.
    pub log_tail: Option<Bytes>,
    /// The trace header that the function saw.
    pub trace_header: String,
    pub measured: Measured,
}

/// Why a function was not run at all.
#[derive(Debug, thiserror::Error)]
pub enum InvokeError {
    #[error("the concurrency limit is reached: {0:?}")]
    Throttled(ThrottleReason),
    /// The server is shutting down, or the machine failed us; the text may be shown to the caller.
    #[error("{0}")]
    Service(String),
    /// The function failed when it was restored from its snapshot, such as in a hook.
    #[error("{error_type}: {message}")]
    NotRestored { error_type: String, message: String },
    /// Its restore took longer than this.
    #[error("the restore took longer than {} seconds", limit.as_secs())]
    RestoreTimedOut { limit: Duration },
}

/// What starts of a version will be, now that a snapshot was wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Snapshot {
    /// Copies of the snapshot.
    Taken,
    /// Like those of any other version, for this reason.
    NotPossible(String),
}

/// Why a version cannot be published.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// Its initialisation, or a hook that runs before the snapshot, failed.
    #[error("{error_type}: {message}")]
    Function { error_type: String, message: String },
    /// The machine or the server failed it.
    #[error("{0}")]
    Service(String),
}

/// The `Reason` of TooManyRequestsException.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThrottleReason {
    ConcurrentInvocationLimitExceeded,
    ReservedFunctionConcurrentInvocationLimitExceeded,
    FunctionInvocationRateLimitExceeded,
    ReservedFunctionInvocationRateLimitExceeded,
}

/// The one admission point: every invocation, whatever its source, passes here.
#[async_trait]
pub trait Invoker: Send + Sync {
    /// Runs to the function's answer. Dropping the future gives up waiting; the function runs to its end.
    async fn invoke(&self, invocation: Invocation) -> Result<InvocationResult, InvokeError>;

    /// Sets how many invocations of the function's versions together may run at once, which no other function can
    /// then take; `Some(0)` throttles all. `None`: the function shares what no other has reserved. Holds for every
    /// invocation that is admitted after this returns; those that run go on. The caller keeps the sum over an
    /// account's functions in a region within the account's limit.
    fn reserve(&self, function: &FunctionArn, reserved: Option<u32>);

    /// The version will be invoked: finds out how it is launched, and makes ahead what its starts can take. Returns at
    /// once. Within a runtime.
    fn anticipate(&self, _version: &Arc<FunctionVersion>) {}

    /// Keeps so many environments of the version initialised before anybody calls, and replaces those that end.
    /// Invocations of the version take them first; what is more than they can take starts environments on demand, as
    /// ever. The number takes the place of the last one for this version, whatever its revision; 0 ends it, and so does
    /// [`retire`](Self::retire). While it is set, so much of the account's concurrency is for this version alone; of a
    /// function that has [reserved](Self::reserve) some, it is a part of that. The caller keeps the sum over a
    /// function's versions within its reservation, and the sum over an account's functions within the account's limit.
    /// Returns at once; see [`watch_provisioned`](Self::watch_provisioned) for what becomes of it. Within a runtime. Not
    /// remembered over a restart: the caller sets it again.
    fn provision(&self, version: &Arc<FunctionVersion>, environments: u32);

    /// How far a version's provisioned concurrency is. `None`: it has none.
    fn provisioned(&self, function: &FunctionArn, version: Version) -> Option<Provisioned> {
        self.watch_provisioned(function, version).map(|state| state.borrow().clone())
    }

    /// As [`provisioned`](Self::provisioned), to be read at any time and waited on for a change. It is up to date when
    /// [`provision`](Self::provision) returns, whose further numbers it shows, too, and closes when the version has no
    /// provisioned concurrency any more or another revision has taken its place.
    fn watch_provisioned(
        &self,
        function: &FunctionArn,
        version: Version,
    ) -> Option<watch::Receiver<Provisioned>>;

    /// Initialises a version whose `snap_start` is set, and keeps what comes of it for its starts, until the version is
    /// [retired](Self::retire). Takes as long as the initialisation, which may be 130 seconds or the function's timeout,
    /// whichever is longer. A snapshot that is lost, as with the server's end, is made again after the first start that
    /// misses it. Within a runtime.
    async fn take_snapshot(&self, _version: &Arc<FunctionVersion>) -> Result<Snapshot, SnapshotError> {
        Ok(Snapshot::NotPossible("There are no snapshots here.".to_owned()))
    }

    /// Ends the environments of every revision of `version` but `keep`, each after its running invocation.
    /// `version` of `None` means all versions: the function was deleted.
    fn retire(&self, function: &FunctionArn, version: Option<Version>, keep: Option<RevisionId>);
}
