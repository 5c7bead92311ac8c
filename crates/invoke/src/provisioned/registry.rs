//! Which versions have something provisioned, and a task for each that keeps it there.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hob_types::{FunctionArn, RevisionId, Version};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use super::{Chore, Provisioned, ProvisioningFailure};
use crate::FunctionVersion;
use crate::admission::Admission;
use crate::pool::Pool;
use crate::starter::{Occasion, Starter};
use crate::tasks::Tasks;

/// Usable from any shard.
pub(crate) struct Registry {
    starter: Arc<Starter>,
    admission: Arc<Admission>,
    state: Mutex<State>,
    tasks: Tasks,
}

#[derive(Default)]
struct State {
    kept: HashMap<(FunctionArn, Version), Kept>,
    /// Nothing more is kept.
    closed: bool,
}

struct Kept {
    revision: RevisionId,
    pool: Arc<Pool>,
    state: watch::Receiver<Provisioned>,
}

impl Registry {
    pub(crate) fn new(starter: Arc<Starter>, admission: Arc<Admission>) -> Self {
        Self { starter, admission, state: Mutex::default(), tasks: Tasks::default() }
    }

    /// Takes the place of what the version had provisioned. Within a runtime.
    pub(crate) fn provision(&self, version: &Arc<FunctionVersion>, environments: u32) {
        let key = (version.arn.clone(), version.version);
        let State { kept, closed: false } = &mut *self.lock() else { return };
        let goes_on = |kept: &Kept| environments > 0 && kept.revision == version.revision;
        if kept.get(&key).is_some_and(|kept| !goes_on(kept))
            && let Some(replaced) = kept.remove(&key)
        {
            replaced.pool.unprovision();
        }
        if let Some(kept) = kept.get(&key) {
            kept.pool.provision(environments);
        } else if environments > 0 {
            kept.insert(key, self.keep(version, environments));
        }
        self.count(kept, &version.arn);
    }

    pub(crate) fn state(
        &self,
        function: &FunctionArn,
        version: Version,
    ) -> Option<watch::Receiver<Provisioned>> {
        self.lock().kept.get(&(function.clone(), version)).map(|kept| kept.state.clone())
    }

    /// As [`Pools::retire`](crate::pools::Pools::retire), which is to follow.
    pub(crate) fn retire(&self, function: &FunctionArn, version: Option<Version>, keep: Option<RevisionId>) {
        let kept = &mut self.lock().kept;
        kept.retain(|(of, number), kept| {
            let concerned = of == function && version.is_none_or(|version| version == *number);
            let retired = concerned && keep != Some(kept.revision);
            if retired {
                kept.pool.unprovision();
            }
            !retired
        });
        self.count(kept, function);
    }

    /// Starts nothing more. What is there stays.
    pub(crate) async fn close(&self) {
        self.lock().closed = true;
        self.tasks.abort().await;
    }

    fn keep(&self, version: &Arc<FunctionVersion>, environments: u32) -> Kept {
        let pool = self.starter.pools.of(version, || self.admission.share(&version.arn));
        let state = pool.provision(environments);
        let keeper = Keeper {
            starter: Arc::clone(&self.starter),
            pool: Arc::clone(&pool),
            version: Arc::clone(version),
            state: state.clone(),
        };
        self.tasks.spawn(keeper.run());
        Kept { revision: version.revision, pool, state }
    }

    /// Under the lock, so that of two changes at once the second counts both.
    fn count(&self, kept: &HashMap<(FunctionArn, Version), Kept>, function: &FunctionArn) {
        let of_function = kept.iter().filter(|((of, _), _)| of == function);
        self.admission.provision(function, of_function.map(|(_, kept)| kept.state.borrow().requested).sum());
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing under this lock leaves the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts what is missing of one version, as long as anything is wanted.
struct Keeper {
    starter: Arc<Starter>,
    pool: Arc<Pool>,
    version: Arc<FunctionVersion>,
    state: watch::Receiver<Provisioned>,
}

impl Keeper {
    async fn run(mut self) {
        // Closed: what is wanted now, if anything is, has a keeper of its own.
        while self.state.has_changed().is_ok() {
            // A change from here on is one that the chore may not know.
            self.state.borrow_and_update();
            match self.pool.chore(Instant::now()) {
                None => return,
                Some(Chore::Start) => self.start().await,
                Some(Chore::Wait(None)) => drop(self.state.changed().await),
                Some(Chore::Wait(Some(moment))) => drop(timeout_at(moment, self.state.changed()).await),
            }
        }
    }

    /// Room is waited for as an invocation would.
    async fn start(&self) {
        let deadline = Instant::now() + self.starter.configuration.room_timeout;
        match self.starter.pools.room(&self.pool, self.pool.extent(), deadline).await {
            None => self.pool.not_provisioned(ProvisioningFailure::NoRoom),
            // What was wanted may have changed meanwhile.
            Some(claim) if self.pool.chore(Instant::now()) == Some(Chore::Start) => {
                let (starter, pool) = (Arc::clone(&self.starter), Arc::clone(&self.pool));
                let version = Arc::clone(&self.version);
                let start = move || starter.start(&pool, &version, Occasion::Provisioned, claim);
                self.starter.shards.run_on_next(start).await;
            }
            Some(_) => {}
        }
    }
}
