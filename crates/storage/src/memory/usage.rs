use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use hob_types::{AccountId, Day, Region};

use crate::{StorageError, Usage, UsageKey, UsageRecord, UsageStore};

#[derive(Default)]
pub(crate) struct MemoryUsageStore(Mutex<BTreeMap<UsageKey, Usage>>);

impl MemoryUsageStore {
    fn sums(&self) -> MutexGuard<'_, BTreeMap<UsageKey, Usage>> {
        // No change is ever half made, so a panic elsewhere leaves nothing to fear.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl UsageStore for MemoryUsageStore {
    async fn add(&self, records: Vec<UsageRecord>) -> Result<(), StorageError> {
        let mut sums = self.sums();
        for UsageRecord { key, usage } in records {
            *sums.entry(key).or_default() += usage;
        }
        Ok(())
    }

    async fn usage(
        &self,
        account: &AccountId,
        region: &Region,
        first: Day,
        last: Day,
    ) -> Result<Vec<UsageRecord>, StorageError> {
        let asked = |key: &UsageKey| {
            key.function.account == *account
                && key.function.region == *region
                && (first..=last).contains(&key.day)
        };
        let sums = self.sums();
        let found = sums.iter().filter(|(key, _)| asked(key));
        Ok(found.map(|(key, usage)| UsageRecord { key: key.clone(), usage: *usage }).collect())
    }
}
