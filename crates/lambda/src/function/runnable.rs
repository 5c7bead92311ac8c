//! What can be invoked right now, without asking the store.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use hob_invoke::FunctionVersion;
use hob_types::{AliasName, FunctionArn, Qualifier, Random, Version};

use crate::alias::Route;

/// The versions of each function that were invoked since it last changed, and the aliases through which they were.
#[derive(Default)]
pub(crate) struct RunnableVersions(RwLock<Cache>);

#[derive(Default)]
struct Cache {
    functions: HashMap<FunctionArn, Runnable>,
    /// Counts changes of any function.
    changes: u64,
}

/// Functions that are remembered; one more, and all are forgotten. The rest costs a look into the store.
const REMEMBERED_MAX: usize = 2048;

#[derive(Default)]
struct Runnable {
    versions: HashMap<Version, Arc<FunctionVersion>>,
    routes: HashMap<AliasName, Route>,
}

/// Proof of when a lookup began, so that what it read before a change is not remembered after it.
#[derive(Clone, Copy)]
pub(crate) struct Moment(u64);

impl Cache {
    fn runnable(&mut self, function: &FunctionArn) -> &mut Runnable {
        if self.functions.len() >= REMEMBERED_MAX && !self.functions.contains_key(function) {
            self.functions.clear();
        }
        self.functions.entry(function.clone()).or_default()
    }
}

impl RunnableVersions {
    /// What the next invocation of `qualifier` runs; an alias with two versions takes one of them.
    pub(crate) fn get(
        &self,
        function: &FunctionArn,
        qualifier: &Qualifier,
        random: &dyn Random,
    ) -> Option<Arc<FunctionVersion>> {
        let cache = self.read();
        let runnable = cache.functions.get(function)?;
        let version = match qualifier {
            Qualifier::Version(version) => *version,
            Qualifier::Alias(alias) => runnable.routes.get(alias)?.choose(random),
        };
        runnable.versions.get(&version).cloned()
    }

    pub(crate) fn route(&self, function: &FunctionArn, alias: &AliasName) -> Option<Route> {
        self.read().functions.get(function)?.routes.get(alias).cloned()
    }

    pub(crate) fn moment(&self) -> Moment {
        Moment(self.read().changes)
    }

    /// Remembers what was read from the store since `moment`, unless a function has changed meanwhile.
    pub(crate) fn remember(&self, moment: Moment, version: &Arc<FunctionVersion>) {
        let mut cache = self.write();
        if cache.changes == moment.0 {
            let runnable = cache.runnable(&version.arn);
            runnable.versions.insert(version.version, Arc::clone(version));
        }
    }

    /// As [`remember`](Self::remember), of an alias.
    pub(crate) fn remember_route(
        &self,
        moment: Moment,
        function: &FunctionArn,
        alias: &AliasName,
        route: Route,
    ) {
        let mut cache = self.write();
        if cache.changes == moment.0 {
            cache.runnable(function).routes.insert(alias.clone(), route);
        }
    }

    /// To be called after each change of a function, its versions or aliases, before anyone is told of the change.
    pub(crate) fn forget(&self, function: &FunctionArn) {
        let mut cache = self.write();
        cache.changes += 1;
        cache.functions.remove(function);
    }

    fn read(&self) -> RwLockReadGuard<'_, Cache> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Cache> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}
