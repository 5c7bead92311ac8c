use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use hob_types::{AccountId, FunctionArn, FunctionName, Region, RevisionId, Sha256Digest};

use crate::{CodeUsage, FunctionRecord, FunctionStore, StorageError};

#[derive(Default)]
pub(crate) struct MemoryFunctionStore(Mutex<BTreeMap<Key, FunctionRecord>>);

type Key = (AccountId, Region, FunctionName);

fn key(arn: &FunctionArn) -> Key {
    (arn.account.clone(), arn.region.clone(), arn.name.clone())
}

impl MemoryFunctionStore {
    fn functions(&self) -> MutexGuard<'_, BTreeMap<Key, FunctionRecord>> {
        // No change is ever half made, so a panic elsewhere leaves nothing to fear.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl FunctionStore for MemoryFunctionStore {
    async fn create(&self, function: FunctionRecord) -> Result<bool, StorageError> {
        match self.functions().entry(key(&function.arn)) {
            Entry::Occupied(_) => Ok(false),
            Entry::Vacant(place) => {
                place.insert(function);
                Ok(true)
            }
        }
    }

    async fn get(&self, arn: &FunctionArn) -> Result<Option<FunctionRecord>, StorageError> {
        Ok(self.functions().get(&key(arn)).cloned())
    }

    async fn replace(&self, expected: RevisionId, function: FunctionRecord) -> Result<bool, StorageError> {
        match self.functions().get_mut(&key(&function.arn)) {
            Some(current) if current.revision == expected => {
                *current = function;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    async fn delete(&self, arn: &FunctionArn) -> Result<bool, StorageError> {
        Ok(self.functions().remove(&key(arn)).is_some())
    }

    async fn list(
        &self,
        account: &AccountId,
        region: &Region,
        after: Option<&FunctionName>,
        limit: usize,
    ) -> Result<Vec<FunctionRecord>, StorageError> {
        let functions = self.functions();
        let ours = functions.values().filter(|f| f.arn.account == *account && f.arn.region == *region);
        let rest = ours.skip_while(|f| after.is_some_and(|after| f.arn.name <= *after));
        Ok(rest.take(limit).cloned().collect())
    }

    async fn usage(&self, account: &AccountId, region: &Region) -> Result<CodeUsage, StorageError> {
        let functions = self.functions();
        let ours = functions.values().filter(|f| f.arn.account == *account && f.arn.region == *region);
        Ok(ours.fold(CodeUsage::default(), |sum, function| CodeUsage {
            functions: sum.functions + 1,
            code_size: sum.code_size + function.code.size,
        }))
    }

    async fn unsettled(&self) -> Result<Vec<FunctionRecord>, StorageError> {
        Ok(self.functions().values().filter(|f| f.is_unsettled()).cloned().collect())
    }

    async fn code_in_use(&self) -> Result<Vec<Sha256Digest>, StorageError> {
        let mut digests: Vec<_> = self.functions().values().map(|f| f.code.sha256).collect();
        digests.sort_unstable();
        digests.dedup();
        Ok(digests)
    }
}
