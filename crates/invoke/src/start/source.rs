//! Obtains what an environment runs in, by the shortest way that there is at the moment.

use std::sync::Arc;
use std::time::Duration;

use hob_environment::StartFailure;
use hob_sandbox::{SandboxError, Zygote};
use hob_types::{EnvironmentId, EphemeralStorageMib, FunctionArn, RevisionId, Version};

use super::ahead::{MadeAhead, Starting};
use super::configuration::AheadConfiguration;
use super::for_function::{ForFunction, sandbox_spec, specialisation};
use super::kind::{Kind, Making};
use super::launches::{Launch, Launches};
use super::made::Made;
use super::snapshot::{self, NoSnapshot};
use super::snapshots::Snapshots;
use super::statistics::AheadStatistics;
use super::{Prepared, unavailable};
use crate::pools::Reclaimable;
use crate::tasks::Tasks;
use crate::{Collaborators, FunctionVersion, Snapshot, SnapshotError};
use hob_environment::Initialization;

/// How long after a start it is looked up whether the next one would find the same.
const AFTERWARDS: Duration = Duration::from_secs(1);

/// Usable from any shard.
pub(crate) struct EnvironmentSource {
    collaborators: Collaborators,
    launches: Launches,
    ahead: Arc<MadeAhead>,
    configuration: AheadConfiguration,
    snapshots: Arc<Snapshots>,
    tasks: Tasks,
}

impl EnvironmentSource {
    pub(crate) fn new(configuration: AheadConfiguration, collaborators: Collaborators) -> Self {
        let (sandboxes, random) = (Arc::clone(&collaborators.sandboxes), Arc::clone(&collaborators.random));
        Self {
            launches: Launches::new(Arc::clone(&collaborators.runtimes)),
            ahead: MadeAhead::new(configuration, sandboxes, random),
            snapshots: Arc::new(Snapshots::new(configuration.memory_max)),
            configuration,
            tasks: Tasks::default(),
            collaborators,
        }
    }

    /// The start is under way until the guard is dropped; nothing is made ahead meanwhile.
    pub(crate) fn starting(&self) -> Starting {
        self.ahead.starting()
    }

    /// A sandbox for an environment of this version, and what is to run in it.
    pub(crate) async fn prepare(
        &self,
        id: EnvironmentId,
        version: &Arc<FunctionVersion>,
        initialization: Initialization,
    ) -> Result<Prepared, StartFailure> {
        let launch = self.launch(version).await?;
        let made = self.make(id, version, &launch, initialization).await;
        let made = made.map_err(|error| unavailable(&error))?;
        let collaborators = &self.collaborators;
        ForFunction { collaborators, id, version, launch: &launch.how, initialization }.prepare(made)
    }

    /// Starts of this version are to be expected.
    pub(crate) fn anticipate(&self, version: &Arc<FunctionVersion>) {
        let (launches, ahead, version) =
            (self.launches.clone(), Arc::clone(&self.ahead), Arc::clone(version));
        self.tasks.spawn(async move {
            // The first start will say what is wrong.
            let Ok(launch) = launches.find(&version).await else { return };
            for kind in kinds(&launch) {
                if ahead.makes(kind).await {
                    return ahead.expect(kind, version.runtime.as_ref());
                }
            }
        });
    }

    /// Takes the snapshot of which later starts of this version are copies.
    pub(crate) async fn take_snapshot(
        &self,
        version: &Arc<FunctionVersion>,
    ) -> Result<Snapshot, SnapshotError> {
        match self.taker().take(version).await {
            Ok(()) => Ok(Snapshot::Taken),
            Err(NoSnapshot::NotPossible(reason)) => Ok(Snapshot::NotPossible(reason)),
            Err(NoSnapshot::Failed(error)) => Err(error),
        }
    }

    pub(crate) fn retire(&self, function: &FunctionArn, version: Option<Version>, keep: Option<RevisionId>) {
        self.snapshots.retire(function, version, keep);
    }

    pub(crate) fn statistics(&self) -> AheadStatistics {
        AheadStatistics { snapshots: self.snapshots.count(), ..self.ahead.statistics() }
    }

    /// Ends everything that waits. Nothing of it is left when this returns.
    pub(crate) async fn close(&self) {
        self.tasks.abort().await;
        self.ahead.close().await;
        self.snapshots.close().await;
        self.launches.close().await;
    }

    async fn launch(&self, version: &Arc<FunctionVersion>) -> Result<Arc<Launch>, StartFailure> {
        let Some(known) = self.launches.known(version) else { return self.launches.find(version).await };
        if self.launches.is_old(version) {
            let (launches, version) = (self.launches.clone(), Arc::clone(version));
            self.tasks.spawn(async move {
                tokio::time::sleep(AFTERWARDS).await;
                let _ = launches.find(&version).await;
            });
        }
        Ok(known)
    }

    /// The version's snapshot. One that is missing is taken later: nobody waits for that either.
    fn snapshot(&self, version: &Arc<FunctionVersion>) -> Option<Arc<dyn Zygote>> {
        if !version.snap_start {
            return None;
        }
        let found = self.snapshots.find(version);
        if found.is_none() && self.snapshots.is_wanted(version) {
            let (taker, version) = (self.taker(), Arc::clone(version));
            self.tasks.spawn(async move {
                tokio::time::sleep(AFTERWARDS).await;
                taker.take_again(&version).await;
            });
        }
        found
    }

    fn taker(&self) -> Taker {
        Taker {
            collaborators: self.collaborators.clone(),
            launches: self.launches.clone(),
            configuration: self.configuration,
            snapshots: Arc::clone(&self.snapshots),
        }
    }

    /// A copy of the version's snapshot; else a runtime that waits, else a copy of a zygote in a sandbox that waits or in
    /// a new one, else such a sandbox with nothing in it. Nobody waits for what is made ahead. What is initialised before
    /// anybody calls is no copy of a snapshot: that would wait for a call.
    async fn make(
        &self,
        id: EnvironmentId,
        version: &Arc<FunctionVersion>,
        launch: &Launch,
        initialization: Initialization,
    ) -> Result<Made, SandboxError> {
        let snapshot = match initialization {
            Initialization::ProvisionedConcurrency => None,
            Initialization::OnDemand | Initialization::SnapStart => self.snapshot(version),
        };
        let mut made = match self.made_ahead(version, launch, snapshot.is_some()).await {
            Some(made) => made,
            None => {
                let spec = sandbox_spec(id, version, &launch.how);
                Made::new(&*self.collaborators.sandboxes, spec).await?
            }
        };
        if let Some(snapshot) = snapshot
            && let Err(error) = made.restore(&*snapshot).await
        {
            tracing::warn!(%error, "a snapshot could not be copied");
        }
        if made.runtime.is_none()
            && let Some(kind) = &launch.runtime
        {
            self.fork(&mut made, kind).await;
        }
        Ok(made)
    }

    /// `bare`: nothing may run in it.
    async fn made_ahead(&self, version: &FunctionVersion, launch: &Launch, bare: bool) -> Option<Made> {
        if version.ephemeral_storage != EphemeralStorageMib::default() {
            return None;
        }
        for kind in kinds(launch).filter(|kind| !bare || kind.making() == Making::Sandbox) {
            if !self.ahead.makes(kind).await {
                continue;
            }
            let Some(mut made) = self.ahead.take(kind, version.runtime.as_ref()) else { continue };
            match made.sandbox.attach(specialisation(version, &launch.how)).await {
                Ok(()) => return Some(made),
                Err(error) => tracing::warn!(%error, "what was made ahead cannot be used"),
            }
        }
        None
    }

    /// If it cannot be done the program is started as ever.
    async fn fork(&self, made: &mut Made, kind: &Arc<Kind>) {
        if !self.ahead.makes(kind).await {
            return;
        }
        let Some(zygote) = self.ahead.zygote(kind) else { return };
        match made.fork(&*zygote).await {
            Ok(()) => self.ahead.forked(kind),
            Err(error) => tracing::warn!(%error, "a zygote could not be copied"),
        }
    }
}

/// Takes snapshots.
struct Taker {
    collaborators: Collaborators,
    launches: Launches,
    configuration: AheadConfiguration,
    snapshots: Arc<Snapshots>,
}

impl Taker {
    async fn take(&self, version: &Arc<FunctionVersion>) -> Result<(), NoSnapshot> {
        let taking = self.snapshots.begin(version);
        let launch = self.launches.find(version).await?;
        taking.end(snapshot::take(&self.collaborators, version, &launch, self.configuration).await?);
        Ok(())
    }

    /// One that has been lost, unless somebody else takes it already.
    async fn take_again(&self, version: &Arc<FunctionVersion>) {
        if !self.snapshots.is_wanted(version) {
            return;
        }
        if let Err(reason) = self.take(version).await {
            tracing::warn!(function = %version.arn, ?reason, "a snapshot could not be taken again");
        }
    }
}

/// What a start can take, best first.
fn kinds(launch: &Launch) -> impl Iterator<Item = &Arc<Kind>> {
    launch.runtime.iter().chain([&launch.sandbox])
}

impl Reclaimable for EnvironmentSource {
    fn memory(&self) -> u64 {
        self.ahead.memory() + self.snapshots.memory()
    }

    fn reclaim(&self) {
        self.ahead.reclaim();
        self.snapshots.reclaim();
    }
}
