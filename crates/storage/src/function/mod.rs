//! Functions: what is kept of each, and what may happen to it atomically.

mod configuration;
mod part;
mod store;

use std::collections::BTreeMap;

use hob_types::{FunctionArn, RevisionId, Sha256Digest, Timestamp, VersionNumber};
use serde::{Deserialize, Serialize};

pub use self::configuration::{
    FunctionConfiguration, LayerUse, SnapStart, TracingMode, VpcConfiguration, VpcState,
};
pub use self::part::{
    AliasRecord, EventInvokeRecord, FunctionPart, FunctionUrlRecord, Part, PartKey, PartKind, PolicyRecord,
    ProvisionedRecord, RuntimeManagementRecord, UpdateRuntimeOn, UrlAuthType, UrlCors, UrlInvokeMode,
    VersionRecord,
};
pub(crate) use self::store::claim_fits;
pub use self::store::{Changed, CodeUsage, FunctionChange, FunctionStore};

/// A function's `$LATEST`, code and configuration, and what belongs to the function as a whole. Its versions, aliases
/// and whatever else there may be several of are its [parts](FunctionPart).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FunctionRecord {
    pub arn: FunctionArn,
    /// Counts the changes of the function and of its parts. The store's own: what a change was decided on is what was
    /// read at this edition.
    #[serde(skip)]
    pub edition: u64,
    /// As AWS's `RevisionId`: changes with everything that callers may make conditional on it.
    pub revision: RevisionId,
    /// Changes with what runs: environments belong to one of these. `None`: the revision.
    #[serde(default)]
    pub deployment: Option<RevisionId>,
    pub last_modified: Timestamp,
    pub state: FunctionState,
    pub last_update: LastUpdate,
    pub code: CodeRecord,
    pub configuration: FunctionConfiguration,
    pub tags: BTreeMap<String, String>,
    #[serde(default)]
    pub reserved_concurrency: Option<u32>,
    /// The version that was published last.
    #[serde(default)]
    pub published: Option<VersionNumber>,
    /// The sum over its aliases and versions.
    #[serde(default)]
    pub provisioned_concurrency: u32,
    /// An ARN.
    #[serde(default)]
    pub code_signing_config: Option<String>,
    #[serde(default)]
    pub recursive_loop: RecursiveLoop,
}

impl FunctionRecord {
    /// About to be created.
    pub fn new(
        arn: FunctionArn,
        revision: RevisionId,
        now: Timestamp,
        code: CodeRecord,
        configuration: FunctionConfiguration,
    ) -> Self {
        Self {
            arn,
            edition: 0,
            revision,
            deployment: None,
            last_modified: now,
            state: FunctionState::Pending,
            last_update: LastUpdate::Successful,
            code,
            configuration,
            tags: BTreeMap::new(),
            published: None,
            reserved_concurrency: None,
            provisioned_concurrency: 0,
            code_signing_config: None,
            recursive_loop: RecursiveLoop::default(),
        }
    }

    /// Something was begun with the function and has not ended.
    pub fn is_unsettled(&self) -> bool {
        self.state == FunctionState::Pending || self.last_update == LastUpdate::InProgress
    }

    /// What its environments belong to.
    pub fn deployment(&self) -> RevisionId {
        self.deployment.unwrap_or(self.revision)
    }

    /// What it takes of its account's concurrency for itself: what is provisioned is part of what is reserved.
    pub fn claimed_concurrency(&self) -> u32 {
        self.reserved_concurrency.unwrap_or(self.provisioned_concurrency)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeRecord {
    pub sha256: Sha256Digest,
    /// Of the zip, in bytes.
    pub size: u64,
    /// Who signed the package, if it was signed and the function asks for signatures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<CodeSignature>,
}

impl CodeRecord {
    /// Without a signature.
    pub fn new(sha256: Sha256Digest, size: u64) -> Self {
        Self { sha256, size, signature: None }
    }
}

/// What is known of a package's signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeSignature {
    /// The ARN of the version of the signing profile.
    pub profile_version: String,
    /// The ARN of the signing job.
    pub job: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FunctionState {
    /// Being created: the package is being unpacked, or a snapshot made.
    Pending,
    Active,
    Failed {
        /// An AWS `StateReasonCode`.
        code: String,
        reason: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LastUpdate {
    Successful,
    InProgress,
    Failed { code: String, reason: String },
}

/// What happens to an event that has gone round in a circle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RecursiveLoop {
    #[default]
    Terminate,
    Allow,
}
