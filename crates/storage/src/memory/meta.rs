use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hob_types::{FunctionArn, Timestamp};

use super::functions::{Function, FunctionKey};
use crate::{FunctionPart, Owner, Resource, ResourceKey, Stored};

/// Functions, resources and leases.
#[derive(Default)]
pub(crate) struct MemoryMetaStore(Mutex<Meta>);

#[derive(Default)]
pub(super) struct Meta {
    pub(super) functions: BTreeMap<FunctionKey, Function>,
    pub(super) last_versions: BTreeMap<FunctionKey, u64>,
    pub(super) resources: BTreeMap<(Owner, ResourceKey), Stored<Resource>>,
    pub(super) numbers: BTreeMap<(Owner, ResourceKey), u64>,
    /// Holder and end of each.
    pub(super) leases: BTreeMap<String, (String, Timestamp)>,
}

impl MemoryMetaStore {
    pub(super) fn lock(&self) -> MutexGuard<'_, Meta> {
        // No change is ever half made, so a panic elsewhere leaves nothing to fear.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Meta {
    pub(super) fn claimed(&self, owner: &Owner) -> u64 {
        let ours = self.functions.iter().filter(|((of, _), _)| of == owner);
        ours.map(|(_, function)| u64::from(function.record.claimed_concurrency())).sum()
    }

    pub(super) fn resources_code_size(&self, owner: &Owner) -> u64 {
        let ours = self.resources.iter().filter(|((of, _), _)| of == owner);
        ours.filter_map(|(_, kept)| kept.value.code()).map(|code| code.size).sum()
    }

    pub(super) fn count_versions(&mut self, key: &FunctionKey, parts: &[FunctionPart]) {
        let numbers = parts.iter().filter_map(|part| match part {
            FunctionPart::Version(version) => Some(version.number.get()),
            _ => None,
        });
        if let Some(greatest) = numbers.max() {
            let last = self.last_versions.entry(key.clone()).or_default();
            *last = greatest.max(*last);
        }
    }

    pub(super) fn parts_that(
        &self,
        wanted: impl Fn(&FunctionPart) -> bool,
    ) -> Vec<(FunctionArn, FunctionPart)> {
        let parts = self.functions.values().flat_map(|function| {
            function.parts.values().map(|part| (function.record.arn.clone(), part.clone()))
        });
        parts.filter(|(_, part)| wanted(part)).collect()
    }
}
