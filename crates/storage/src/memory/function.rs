use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use hob_types::{AccountId, FunctionArn, FunctionName, Region, RevisionId, Sha256Digest};

use crate::{CodeUsage, FunctionRecord, FunctionStore, Reservation, StorageError};

#[derive(Default)]
pub(crate) struct MemoryFunctionStore(Mutex<BTreeMap<Key, Function>>);

struct Function {
    record: FunctionRecord,
    reserved: Option<u32>,
}

type Key = (AccountId, Region, FunctionName);

fn key(arn: &FunctionArn) -> Key {
    (arn.account.clone(), arn.region.clone(), arn.name.clone())
}

fn is_of(arn: &FunctionArn, account: &AccountId, region: &Region) -> bool {
    arn.account == *account && arn.region == *region
}

impl MemoryFunctionStore {
    fn functions(&self) -> MutexGuard<'_, BTreeMap<Key, Function>> {
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
                place.insert(Function { record: function, reserved: None });
                Ok(true)
            }
        }
    }

    async fn get(&self, arn: &FunctionArn) -> Result<Option<FunctionRecord>, StorageError> {
        Ok(self.functions().get(&key(arn)).map(|function| function.record.clone()))
    }

    async fn replace(&self, expected: RevisionId, function: FunctionRecord) -> Result<bool, StorageError> {
        match self.functions().get_mut(&key(&function.arn)) {
            Some(current) if current.record.revision == expected => {
                current.record = function;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    async fn delete(&self, arn: &FunctionArn) -> Result<bool, StorageError> {
        Ok(self.functions().remove(&key(arn)).is_some())
    }

    async fn reserve(
        &self,
        arn: &FunctionArn,
        reserved: Option<u32>,
        sum_max: u64,
    ) -> Result<Reservation, StorageError> {
        let mut functions = self.functions();
        let ours = functions.values().filter(|f| is_of(&f.record.arn, &arn.account, &arn.region));
        let sum: u64 = ours.map(|f| u64::from(f.reserved.unwrap_or(0))).sum();
        let Some(function) = functions.get_mut(&key(arn)) else { return Ok(Reservation::NoFunction) };
        let judgement = Reservation::judge(sum, function.reserved, reserved, sum_max);
        if judgement == Reservation::Done {
            function.reserved = reserved;
        }
        Ok(judgement)
    }

    async fn reserved(&self, arn: &FunctionArn) -> Result<Option<u32>, StorageError> {
        Ok(self.functions().get(&key(arn)).and_then(|function| function.reserved))
    }

    async fn reservations(&self) -> Result<Vec<(FunctionArn, u32)>, StorageError> {
        let functions = self.functions();
        let reserved = functions.values().filter_map(|f| f.reserved.map(|n| (f.record.arn.clone(), n)));
        Ok(reserved.collect())
    }

    async fn list(
        &self,
        account: &AccountId,
        region: &Region,
        after: Option<&FunctionName>,
        limit: usize,
    ) -> Result<Vec<FunctionRecord>, StorageError> {
        let functions = self.functions();
        let ours = functions.values().map(|f| &f.record).filter(|f| is_of(&f.arn, account, region));
        let rest = ours.skip_while(|f| after.is_some_and(|after| f.arn.name <= *after));
        Ok(rest.take(limit).cloned().collect())
    }

    async fn usage(&self, account: &AccountId, region: &Region) -> Result<CodeUsage, StorageError> {
        let functions = self.functions();
        let ours = functions.values().filter(|f| is_of(&f.record.arn, account, region));
        Ok(ours.fold(CodeUsage::default(), |sum, function| CodeUsage {
            functions: sum.functions + 1,
            code_size: sum.code_size + function.record.code.size,
            reserved_concurrency: sum.reserved_concurrency + u64::from(function.reserved.unwrap_or(0)),
        }))
    }

    async fn unsettled(&self) -> Result<Vec<FunctionRecord>, StorageError> {
        Ok(self.functions().values().map(|f| &f.record).filter(|f| f.is_unsettled()).cloned().collect())
    }

    async fn code_in_use(&self) -> Result<Vec<Sha256Digest>, StorageError> {
        let mut digests: Vec<_> = self.functions().values().map(|f| f.record.code.sha256).collect();
        digests.sort_unstable();
        digests.dedup();
        Ok(digests)
    }
}
