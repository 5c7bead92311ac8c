//! Obtains what an environment runs in, by the shortest way that there is at the moment.

use std::sync::Arc;
use std::time::Duration;

use hob_environment::StartFailure;
use hob_sandbox::SandboxError;
use hob_types::{EnvironmentId, EphemeralStorageMib};

use super::ahead::{MadeAhead, Starting};
use super::configuration::AheadConfiguration;
use super::for_function::{ForFunction, sandbox_spec, specialisation};
use super::kind::Kind;
use super::launches::{Launch, Launches};
use super::made::Made;
use super::statistics::AheadStatistics;
use super::{Prepared, unavailable};
use crate::pools::Reclaimable;
use crate::tasks::Tasks;
use crate::{Collaborators, FunctionVersion};
use hob_environment::Initialization;

/// How long after a start it is looked up whether the next one would find the same.
const AFTERWARDS: Duration = Duration::from_secs(1);

/// Usable from any shard.
pub(crate) struct EnvironmentSource {
    collaborators: Collaborators,
    launches: Launches,
    ahead: Arc<MadeAhead>,
    tasks: Tasks,
}

impl EnvironmentSource {
    pub(crate) fn new(configuration: AheadConfiguration, collaborators: Collaborators) -> Self {
        let (sandboxes, random) = (Arc::clone(&collaborators.sandboxes), Arc::clone(&collaborators.random));
        Self {
            launches: Launches::new(Arc::clone(&collaborators.runtimes)),
            ahead: MadeAhead::new(configuration, sandboxes, random),
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
        let made = self.make(id, version, &launch).await.map_err(|error| unavailable(&error))?;
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

    pub(crate) fn statistics(&self) -> AheadStatistics {
        self.ahead.statistics()
    }

    /// Ends everything that waits. Nothing of it is left when this returns.
    pub(crate) async fn close(&self) {
        self.tasks.abort().await;
        self.ahead.close().await;
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

    /// A runtime that waits, else a copy of a zygote in a sandbox that waits or in a new one, else such a sandbox with
    /// nothing in it. Nobody waits for what is made ahead.
    async fn make(
        &self,
        id: EnvironmentId,
        version: &FunctionVersion,
        launch: &Launch,
    ) -> Result<Made, SandboxError> {
        let mut made = match self.made_ahead(version, launch).await {
            Some(made) => made,
            None => {
                let spec = sandbox_spec(id, version, &launch.how);
                Made::new(&*self.collaborators.sandboxes, spec).await?
            }
        };
        if made.runtime.is_none()
            && let Some(kind) = &launch.runtime
        {
            self.fork(&mut made, kind).await;
        }
        Ok(made)
    }

    async fn made_ahead(&self, version: &FunctionVersion, launch: &Launch) -> Option<Made> {
        if version.ephemeral_storage != EphemeralStorageMib::default() {
            return None;
        }
        for kind in kinds(launch) {
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

/// What a start can take, best first.
fn kinds(launch: &Launch) -> impl Iterator<Item = &Arc<Kind>> {
    launch.runtime.iter().chain([&launch.sandbox])
}

impl Reclaimable for EnvironmentSource {
    fn memory(&self) -> u64 {
        self.ahead.memory()
    }

    fn reclaim(&self) {
        self.ahead.reclaim();
    }
}
