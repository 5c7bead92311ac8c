//! What functions have used, to be billed.

use std::ops::AddAssign;

use async_trait::async_trait;
use hob_types::{AccountId, Architecture, Day, FunctionArn, InvocationSource, Region, Version};

use crate::StorageError;

/// Sums that only grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Invocations that were answered, whether or not the function failed.
    pub requests: u64,
    /// Those in which the function failed.
    pub errors: u64,
    /// Invocations that were refused at a limit. Not billed.
    pub throttles: u64,
    /// The billed durations, each in whole milliseconds.
    pub billed_ms: u64,
    /// How much of them is initialisation.
    pub init_ms: u64,
    /// The function's memory in MiB × its billed duration in milliseconds, summed up.
    pub memory_mib_ms: u64,
    /// Likewise for what the function's `/tmp` has beyond 512 MiB.
    pub storage_mib_ms: u64,
}

impl AddAssign for Usage {
    /// A sum that does not fit stays at the greatest number that does.
    fn add_assign(&mut self, other: Self) {
        self.requests = self.requests.saturating_add(other.requests);
        self.errors = self.errors.saturating_add(other.errors);
        self.throttles = self.throttles.saturating_add(other.throttles);
        self.billed_ms = self.billed_ms.saturating_add(other.billed_ms);
        self.init_ms = self.init_ms.saturating_add(other.init_ms);
        self.memory_mib_ms = self.memory_mib_ms.saturating_add(other.memory_mib_ms);
        self.storage_mib_ms = self.storage_mib_ms.saturating_add(other.storage_mib_ms);
    }
}

/// What is summed up together.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UsageKey {
    pub function: FunctionArn,
    pub version: Version,
    pub architecture: Architecture,
    pub source: InvocationSource,
    pub day: Day,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageRecord {
    pub key: UsageKey,
    pub usage: Usage,
}

/// What was used stays, even when the function is deleted.
#[async_trait]
pub trait UsageStore: Send + Sync {
    /// Adds to the sums, all of it or nothing. Durable when it returns.
    async fn add(&self, records: Vec<UsageRecord>) -> Result<(), StorageError>;

    /// The sums of an account's functions in a region on the days from `first` to `last`, ordered by their keys.
    async fn usage(
        &self,
        account: &AccountId,
        region: &Region,
        first: Day,
        last: Day,
    ) -> Result<Vec<UsageRecord>, StorageError>;
}
