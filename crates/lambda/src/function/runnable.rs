//! What can be invoked right now, without asking the store.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use hob_invoke::FunctionVersion;
use hob_types::FunctionArn;

/// The `$LATEST` of each function that was invoked since it last changed.
#[derive(Default)]
pub(super) struct RunnableVersions(RwLock<Cache>);

#[derive(Default)]
struct Cache {
    versions: HashMap<FunctionArn, Arc<FunctionVersion>>,
    /// Counts changes of any function.
    changes: u64,
}

/// Proof of when a lookup began, so that what it read before a change is not remembered after it.
#[derive(Clone, Copy)]
pub(super) struct Moment(u64);

impl RunnableVersions {
    pub(super) fn get(&self, function: &FunctionArn) -> Option<Arc<FunctionVersion>> {
        self.read().versions.get(function).cloned()
    }

    pub(super) fn moment(&self) -> Moment {
        Moment(self.read().changes)
    }

    /// Remembers what was read from the store since `moment`, unless a function has changed meanwhile.
    pub(super) fn remember(&self, moment: Moment, version: &Arc<FunctionVersion>) {
        let mut cache = self.write();
        if cache.changes == moment.0 {
            cache.versions.insert(version.arn.clone(), Arc::clone(version));
        }
    }

    /// To be called after each change of a function, before anyone is told of the change.
    pub(super) fn forget(&self, function: &FunctionArn) {
        let mut cache = self.write();
        cache.changes += 1;
        cache.versions.remove(function);
    }

    fn read(&self) -> RwLockReadGuard<'_, Cache> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Cache> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}
