//! Tells the invoker what is provisioned. A change whose caller went away, a version that is not ready yet and a
//! restart are all met by telling again what the store has.

use std::collections::{BTreeMap, HashMap};
use std::sync::{MutexGuard, PoisonError};

use hob_storage::{Changed, FunctionChange, PartKind, StorageError};
use hob_types::{FunctionArn, Version, VersionNumber};
use tokio::sync::Mutex;

use crate::function::Functions;

/// What the invoker knows, and what it may not know yet.
#[derive(Default)]
pub(crate) struct Telling {
    /// Held while the invoker is told. How much of each version it keeps.
    told: Mutex<HashMap<FunctionArn, BTreeMap<VersionNumber, u32>>>,
    /// Functions of which something has changed, or may have, since the invoker was told; and how often.
    untold: std::sync::Mutex<HashMap<FunctionArn, u64>>,
}

impl Telling {
    /// To be called before what is provisioned of a function may change, to be [told](Functions::tell_provisioned)
    /// afterwards.
    pub(crate) fn about_to_change(&self, function: &FunctionArn) {
        *self.untold().entry(function.clone()).or_default() += 1;
    }

    fn untold(&self) -> MutexGuard<'_, HashMap<FunctionArn, u64>> {
        // Nothing under this lock leaves the map half changed.
        self.untold.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Functions {
    /// Makes a change that may concern what is provisioned, and tells the invoker of it.
    pub(crate) async fn change_provisioned(&self, change: FunctionChange) -> Result<Changed, StorageError> {
        let function = change.function.arn.clone();
        self.telling.about_to_change(&function);
        let changed = self.store.change(change).await?;
        if changed == Changed::Done {
            self.runnable.forget(&function);
        }
        self.tell_provisioned(&function).await;
        Ok(changed)
    }

    /// What the store has, which may be nothing. What cannot be read, or is not ready, is told later.
    pub(crate) async fn tell_provisioned(&self, function: &FunctionArn) {
        let mut told = self.telling.told.lock().await;
        let changes = self.telling.untold().get(function).copied();
        match self.plan(function).await {
            Err(error) => {
                return tracing::error!(%error, "what is provisioned cannot be read; trying again later");
            }
            Ok(plan) => {
                let of_function = told.entry(function.clone()).or_default();
                if !self.tell_versions(function, of_function, &plan.of_versions()).await {
                    return;
                }
                if of_function.is_empty() {
                    told.remove(function);
                }
            }
        }
        let mut untold = self.telling.untold();
        if untold.get(function).copied() == changes {
            untold.remove(function);
        }
    }

    /// What there is less of comes first, so that there is never more than the function may have. `false`: not all is
    /// done.
    async fn tell_versions(
        &self,
        function: &FunctionArn,
        told: &mut BTreeMap<VersionNumber, u32>,
        wanted: &BTreeMap<VersionNumber, u32>,
    ) -> bool {
        for (ended, _) in told.extract_if(.., |version, _| !wanted.contains_key(version)).collect::<Vec<_>>()
        {
            match self.load_version(function, Version::Published(ended)).await {
                Ok(version) => self.invoker.provision(&version, 0),
                Err(_) => self.invoker.retire(function, Some(Version::Published(ended)), None),
            }
        }
        let mut wanted: Vec<_> =
            wanted.iter().map(|(version, environments)| (*version, *environments)).collect();
        wanted
            .sort_by_key(|(version, environments)| told.get(version).is_none_or(|told| environments > told));
        let mut all = true;
        for (number, environments) in wanted {
            match self.load_version(function, Version::Published(number)).await {
                Ok(version) => {
                    self.invoker.provision(&version, environments);
                    told.insert(number, environments);
                }
                Err(error) => {
                    tracing::warn!(%error, "a version cannot be provisioned; trying again later");
                    all = false;
                }
            }
        }
        all
    }

    /// Tells what has not been told.
    pub(crate) async fn settle_provisioned(&self) {
        let untold: Vec<_> = self.telling.untold().keys().cloned().collect();
        for function in untold {
            self.tell_provisioned(&function).await;
        }
    }

    /// Tells what was provisioned before the server started.
    pub(crate) async fn restore_provisioned(&self) -> Result<(), StorageError> {
        for (function, _) in self.store.all_parts(PartKind::Provisioned).await? {
            self.telling.about_to_change(&function);
        }
        self.settle_provisioned().await;
        Ok(())
    }
}
