//! Functions: what is kept of each, and what may happen to it atomically.

use std::collections::BTreeMap;

use async_trait::async_trait;
use hob_types::{
    AccountId, Architecture, EphemeralStorageMib, FunctionArn, FunctionName, MemoryMib, Region, RevisionId,
    Runtime, Sha256Digest, TimeoutSeconds, Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::StorageError;

/// A function's `$LATEST`: code and configuration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FunctionRecord {
    pub arn: FunctionArn,
    pub revision: RevisionId,
    pub last_modified: Timestamp,
    pub state: FunctionState,
    pub last_update: LastUpdate,
    pub code: CodeRecord,
    pub configuration: FunctionConfiguration,
    pub tags: BTreeMap<String, String>,
}

impl FunctionRecord {
    /// Something was begun with the function and has not ended.
    pub fn is_unsettled(&self) -> bool {
        self.state == FunctionState::Pending || self.last_update == LastUpdate::InProgress
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeRecord {
    pub sha256: Sha256Digest,
    /// Of the zip, in bytes.
    pub size: u64,
}

/// What the user may configure, defaults filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionConfiguration {
    pub runtime: Option<Runtime>,
    pub handler: Option<String>,
    pub role: String,
    pub description: String,
    pub memory: MemoryMib,
    pub timeout: TimeoutSeconds,
    pub ephemeral_storage: EphemeralStorageMib,
    pub environment: BTreeMap<String, String>,
    pub architecture: Architecture,
    /// `None`: `/aws/lambda/<name>`.
    #[serde(default)]
    pub log_group: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FunctionState {
    /// Being created: the package is being unpacked.
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

/// What an account holds in a region.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CodeUsage {
    pub functions: u64,
    /// The sum of all zips, in bytes.
    pub code_size: u64,
    /// The sum of all functions' reserved concurrency.
    pub reserved_concurrency: u64,
}

/// What became of a wish to reserve concurrency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reservation {
    Done,
    /// There is no such function.
    NoFunction,
    /// The account's functions would have reserved more in this region than they may. Nothing changed.
    TooMuch,
}

impl Reservation {
    /// What becomes of a function's wish, where `sum` is reserved by all functions, this one included.
    pub(crate) fn judge(sum: u64, before: Option<u32>, after: Option<u32>, sum_max: u64) -> Self {
        let (before, after) = (u64::from(before.unwrap_or(0)), u64::from(after.unwrap_or(0)));
        if after > before && sum - before + after > sum_max { Self::TooMuch } else { Self::Done }
    }
}

/// Every method is atomic against every other change to the same function, and durable when it returns.
#[async_trait]
pub trait FunctionStore: Send + Sync {
    /// `false`: a function of that name exists, and nothing changed.
    async fn create(&self, function: FunctionRecord) -> Result<bool, StorageError>;

    async fn get(&self, arn: &FunctionArn) -> Result<Option<FunctionRecord>, StorageError>;

    /// Replaces the function if it is still at `expected`. `false`: it is not, or no longer exists.
    async fn replace(&self, expected: RevisionId, function: FunctionRecord) -> Result<bool, StorageError>;

    /// Frees what the function had reserved, too. `false`: there was none.
    async fn delete(&self, arn: &FunctionArn) -> Result<bool, StorageError>;

    /// Sets the function's reserved concurrency, or removes it (`None`), unless that makes the sum over its account's
    /// functions in its region greater than `sum_max`; what makes the sum no greater than it is always succeeds. The
    /// function's record, and with it the revision, stays as it is.
    async fn reserve(
        &self,
        arn: &FunctionArn,
        reserved: Option<u32>,
        sum_max: u64,
    ) -> Result<Reservation, StorageError>;

    /// The function's reserved concurrency; `None` also if it has none or does not exist.
    async fn reserved(&self, arn: &FunctionArn) -> Result<Option<u32>, StorageError>;

    /// Every function that has reserved concurrency, in any account and region.
    async fn reservations(&self) -> Result<Vec<(FunctionArn, u32)>, StorageError>;

    /// Up to `limit` functions whose name is greater than `after`, ordered by name.
    async fn list(
        &self,
        account: &AccountId,
        region: &Region,
        after: Option<&FunctionName>,
        limit: usize,
    ) -> Result<Vec<FunctionRecord>, StorageError>;

    async fn usage(&self, account: &AccountId, region: &Region) -> Result<CodeUsage, StorageError>;

    /// Every function that is [`FunctionState::Pending`] or [`LastUpdate::InProgress`]: a start goes on with
    /// what a crash interrupted.
    async fn unsettled(&self) -> Result<Vec<FunctionRecord>, StorageError>;

    /// Every package that any function refers to, in any account and region; the rest is garbage.
    async fn code_in_use(&self) -> Result<Vec<Sha256Digest>, StorageError>;
}
