use async_trait::async_trait;
use hob_types::{AccountId, FunctionArn, FunctionName, Region, Sha256Digest};

use super::{FunctionPart, FunctionRecord, PartKey, PartKind};
use crate::StorageError;

/// A change of a function and of its parts: all of it happens, or none.
#[derive(Clone, Debug)]
pub struct FunctionChange {
    /// As it is to be. It must still be at the edition at which it, and the parts that were looked at, were read.
    pub function: FunctionRecord,
    pub put: Vec<FunctionPart>,
    pub remove: Vec<PartKey>,
    /// What the functions of its account and region may together [claim](FunctionRecord::claimed_concurrency). A
    /// change that does not make the function's claim greater is never refused for it.
    pub concurrency_max: Option<u64>,
}

impl FunctionChange {
    pub fn of(function: FunctionRecord) -> Self {
        Self { function, put: Vec::new(), remove: Vec::new(), concurrency_max: None }
    }

    #[must_use]
    pub fn put(mut self, part: impl Into<FunctionPart>) -> Self {
        self.put.push(part.into());
        self
    }

    #[must_use]
    pub fn remove(mut self, kind: PartKind, name: impl Into<String>) -> Self {
        self.remove.push(PartKey { kind, name: name.into() });
        self
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    Done,
    /// The function has changed since it was read, or is gone; nothing happened.
    Stale,
    /// The account's functions would have claimed more concurrency than they may; nothing happened.
    ConcurrencyExceeded,
}

/// What an account holds in a region.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CodeUsage {
    pub functions: u64,
    /// The sum of the zips of all functions, their versions, and layers, in bytes.
    pub code_size: u64,
    /// The sum of all functions' [claims](FunctionRecord::claimed_concurrency).
    pub claimed_concurrency: u64,
}

/// Whether one function's claim may change from `before` to `after` where `sum` is claimed by all, it included.
pub(crate) fn claim_fits(sum: u64, before: u32, after: u32, max: Option<u64>) -> bool {
    let (before, after) = (u64::from(before), u64::from(after));
    after <= before || max.is_none_or(|max| sum - before + after <= max)
}

/// Every method is atomic, and what it changed is durable when it returns.
#[async_trait]
pub trait FunctionStore: Send + Sync {
    /// `false`: a function of that name exists, and nothing changed.
    async fn create(&self, function: FunctionRecord, parts: Vec<FunctionPart>) -> Result<bool, StorageError>;

    async fn get(&self, arn: &FunctionArn) -> Result<Option<FunctionRecord>, StorageError>;

    async fn part(&self, arn: &FunctionArn, key: &PartKey) -> Result<Option<FunctionPart>, StorageError>;

    /// Up to `limit` parts of a kind whose names are greater than `after`, ordered by name.
    async fn parts(
        &self,
        arn: &FunctionArn,
        kind: PartKind,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<FunctionPart>, StorageError>;

    async fn change(&self, change: FunctionChange) -> Result<Changed, StorageError>;

    /// With all its parts. `false`: there was none.
    async fn delete(&self, arn: &FunctionArn) -> Result<bool, StorageError>;

    /// The greatest number that a version of a function of this name ever had, deleted functions included; 0 if none.
    async fn last_version(&self, arn: &FunctionArn) -> Result<u64, StorageError>;

    /// Up to `limit` functions whose name is greater than `after`, ordered by name.
    async fn list(
        &self,
        account: &AccountId,
        region: &Region,
        after: Option<&FunctionName>,
        limit: usize,
    ) -> Result<Vec<FunctionRecord>, StorageError>;

    async fn usage(&self, account: &AccountId, region: &Region) -> Result<CodeUsage, StorageError>;

    /// Every function that [is unsettled](FunctionRecord::is_unsettled): a start goes on with what a crash interrupted.
    async fn unsettled(&self) -> Result<Vec<FunctionRecord>, StorageError>;

    /// Every version that is [Pending](super::FunctionState::Pending), in any account and region.
    async fn unsettled_versions(&self) -> Result<Vec<(FunctionArn, FunctionPart)>, StorageError>;

    /// Every function that has reserved concurrency, in any account and region.
    async fn reservations(&self) -> Result<Vec<(FunctionArn, u32)>, StorageError>;

    /// Every part of a kind, in any account and region.
    async fn all_parts(&self, kind: PartKind) -> Result<Vec<(FunctionArn, FunctionPart)>, StorageError>;

    /// Every package that any function, version or layer refers to, in any account and region; the rest is garbage.
    async fn code_in_use(&self) -> Result<Vec<Sha256Digest>, StorageError>;
}
