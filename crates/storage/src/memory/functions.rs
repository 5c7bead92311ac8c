use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use async_trait::async_trait;
use hob_types::{AccountId, FunctionArn, FunctionName, Region, Sha256Digest};

use super::meta::MemoryMetaStore;
use crate::function::claim_fits;
use crate::{
    Changed, CodeUsage, FunctionChange, FunctionPart, FunctionRecord, FunctionState, FunctionStore, Owner,
    PartKey, PartKind, StorageError,
};

pub(super) struct Function {
    pub(super) record: FunctionRecord,
    pub(super) parts: BTreeMap<PartKey, FunctionPart>,
}

pub(super) type FunctionKey = (Owner, FunctionName);

fn key(arn: &FunctionArn) -> FunctionKey {
    (Owner::of(arn), arn.name.clone())
}

impl Function {
    fn packages(&self) -> impl Iterator<Item = Sha256Digest> {
        let versions = self.parts.values().filter_map(|part| match part {
            FunctionPart::Version(version) => Some((&version.code, &version.configuration)),
            _ => None,
        });
        let latest = (&self.record.code, &self.record.configuration);
        versions.chain([latest]).flat_map(|(code, configuration)| {
            let layers = configuration.layers.iter().map(|layer| layer.code.sha256);
            layers.chain([code.sha256])
        })
    }

    fn code_size(&self) -> u64 {
        let versions = self.parts.values().filter_map(|part| match part {
            FunctionPart::Version(version) => Some(version.code.size),
            _ => None,
        });
        versions.sum::<u64>() + self.record.code.size
    }
}

#[async_trait]
impl FunctionStore for MemoryMetaStore {
    async fn create(&self, function: FunctionRecord, parts: Vec<FunctionPart>) -> Result<bool, StorageError> {
        let mut meta = self.lock();
        let key = key(&function.arn);
        meta.count_versions(&key, &parts);
        match meta.functions.entry(key) {
            Entry::Occupied(_) => Ok(false),
            Entry::Vacant(place) => {
                let record = FunctionRecord { edition: 1, ..function };
                let parts = parts.into_iter().map(|part| (part.key(), part)).collect();
                place.insert(Function { record, parts });
                Ok(true)
            }
        }
    }

    async fn get(&self, arn: &FunctionArn) -> Result<Option<FunctionRecord>, StorageError> {
        Ok(self.lock().functions.get(&key(arn)).map(|function| function.record.clone()))
    }

    async fn part(&self, arn: &FunctionArn, part: &PartKey) -> Result<Option<FunctionPart>, StorageError> {
        let meta = self.lock();
        Ok(meta.functions.get(&key(arn)).and_then(|function| function.parts.get(part).cloned()))
    }

    async fn parts(
        &self,
        arn: &FunctionArn,
        kind: PartKind,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<FunctionPart>, StorageError> {
        let meta = self.lock();
        let parts = meta.functions.get(&key(arn)).into_iter().flat_map(|function| &function.parts);
        let wanted =
            parts.filter(|(key, _)| key.kind == kind && after.is_none_or(|after| key.name.as_str() > after));
        Ok(wanted.take(limit).map(|(_, part)| part.clone()).collect())
    }

    async fn change(&self, change: FunctionChange) -> Result<Changed, StorageError> {
        let mut meta = self.lock();
        let key = key(&change.function.arn);
        let sum = meta.claimed(&key.0);
        let Some(current) = meta.functions.get_mut(&key) else { return Ok(Changed::Stale) };
        if current.record.edition != change.function.edition {
            return Ok(Changed::Stale);
        }
        let claims = (current.record.claimed_concurrency(), change.function.claimed_concurrency());
        if !claim_fits(sum, claims.0, claims.1, change.concurrency_max) {
            return Ok(Changed::ConcurrencyExceeded);
        }
        current.record = FunctionRecord { edition: change.function.edition + 1, ..change.function };
        for removed in &change.remove {
            current.parts.remove(removed);
        }
        current.parts.extend(change.put.iter().map(|part| (part.key(), part.clone())));
        meta.count_versions(&key, &change.put);
        Ok(Changed::Done)
    }

    async fn delete(&self, arn: &FunctionArn) -> Result<bool, StorageError> {
        Ok(self.lock().functions.remove(&key(arn)).is_some())
    }

    async fn last_version(&self, arn: &FunctionArn) -> Result<u64, StorageError> {
        Ok(self.lock().last_versions.get(&key(arn)).copied().unwrap_or(0))
    }

    async fn list(
        &self,
        account: &AccountId,
        region: &Region,
        after: Option<&FunctionName>,
        limit: usize,
    ) -> Result<Vec<FunctionRecord>, StorageError> {
        let meta = self.lock();
        let owner = Owner::new(account, region);
        let ours = meta.functions.iter().filter(|((of, _), _)| *of == owner).map(|(_, f)| &f.record);
        let rest = ours.skip_while(|f| after.is_some_and(|after| f.arn.name <= *after));
        Ok(rest.take(limit).cloned().collect())
    }

    async fn usage(&self, account: &AccountId, region: &Region) -> Result<CodeUsage, StorageError> {
        let meta = self.lock();
        let owner = Owner::new(account, region);
        let ours = meta.functions.iter().filter(|((of, _), _)| *of == owner).map(|(_, f)| f);
        let (functions, code_size) =
            ours.fold((0, 0), |sum, function| (sum.0 + 1, sum.1 + function.code_size()));
        let code_size = code_size + meta.resources_code_size(&owner);
        Ok(CodeUsage { functions, code_size, claimed_concurrency: meta.claimed(&owner) })
    }

    async fn unsettled(&self) -> Result<Vec<FunctionRecord>, StorageError> {
        let meta = self.lock();
        let records = meta.functions.values().map(|f| &f.record);
        Ok(records.filter(|record| record.is_unsettled()).cloned().collect())
    }

    async fn unsettled_versions(&self) -> Result<Vec<(FunctionArn, FunctionPart)>, StorageError> {
        let pending = |part: &FunctionPart| matches!(part, FunctionPart::Version(version) if version.state == FunctionState::Pending);
        Ok(self.lock().parts_that(pending))
    }

    async fn reservations(&self) -> Result<Vec<(FunctionArn, u32)>, StorageError> {
        let meta = self.lock();
        let records = meta.functions.values().map(|f| &f.record);
        let reserved = records.filter_map(|f| f.reserved_concurrency.map(|n| (f.arn.clone(), n)));
        Ok(reserved.collect())
    }

    async fn all_parts(&self, kind: PartKind) -> Result<Vec<(FunctionArn, FunctionPart)>, StorageError> {
        Ok(self.lock().parts_that(|part| part.key().kind == kind))
    }

    async fn code_in_use(&self) -> Result<Vec<Sha256Digest>, StorageError> {
        let meta = self.lock();
        let of_functions = meta.functions.values().flat_map(Function::packages);
        let of_resources =
            meta.resources.values().filter_map(|kept| kept.value.code().map(|code| code.sha256));
        let mut digests: Vec<_> = of_functions.chain(of_resources).collect();
        digests.sort_unstable();
        digests.dedup();
        Ok(digests)
    }
}
