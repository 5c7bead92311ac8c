//! Starts environments: for an invocation, or before any.

use std::sync::Arc;
use std::time::Duration;

use hob_environment::{Assignment, environment};
use hob_types::EnvironmentId;

use crate::fair_semaphore::FairSemaphore;
use crate::pool::Pool;
use crate::pools::{Claim, Pools};
use crate::shards::Shards;
use crate::start::EnvironmentSource;
use crate::starting::Start;
use crate::tasks::Tasks;
use crate::{Collaborators, EngineConfiguration, FunctionVersion};
use hob_environment::Initialization;

/// Usable from any shard. An environment lives on the shard that started it.
pub(crate) struct Starter {
    pub(crate) configuration: EngineConfiguration,
    pub(crate) collaborators: Collaborators,
    pub(crate) source: Arc<EnvironmentSource>,
    pub(crate) pools: Arc<Pools>,
    pub(crate) shards: Shards,
    starts: Arc<FairSemaphore<1>>,
    tasks: Tasks,
}

/// What an environment is started for.
pub(crate) enum Occasion {
    Invocation(Box<Assignment>),
    Provisioned,
}

impl Starter {
    pub(crate) fn new(configuration: EngineConfiguration, collaborators: Collaborators) -> Self {
        let source = Arc::new(EnvironmentSource::new(configuration.ahead, collaborators.clone()));
        let capacity = [configuration.memory, configuration.environments_max];
        Self {
            pools: Arc::new(Pools::new(capacity, Arc::clone(&source) as _)),
            source,
            shards: Shards::default(),
            starts: FairSemaphore::new([configuration.starts_max as u64]),
            tasks: Tasks::default(),
            configuration,
            collaborators,
        }
    }

    /// On this shard.
    pub(crate) fn start(
        &self,
        pool: &Arc<Pool>,
        version: &Arc<FunctionVersion>,
        occasion: Occasion,
        claim: Claim,
    ) {
        let id = EnvironmentId::random(&*self.collaborators.random);
        let (environment, inbox) = environment(id);
        let initialization = occasion.initialization();
        if let Occasion::Invocation(assignment) = occasion {
            // Its inbox is there and empty.
            let _ = environment.assign(assignment);
        }
        let start = Start {
            id,
            inbox,
            keeper: self.pools.admit(pool, environment, claim, initialization),
            version: Arc::clone(version),
            initialization,
            collaborators: self.collaborators.clone(),
            idle_timeout: self.configuration.idle_timeout,
            freeze_after: self.configuration.freeze_after,
            room_timeout: self.configuration.room_timeout,
            pools: Arc::clone(&self.pools),
        };
        self.tasks.spawn(start.run(Arc::clone(&self.source), Arc::clone(&self.starts)));
    }

    /// Ends every environment, within this time, whatever it is doing, and what was made ahead. Nothing of them is left
    /// when this returns.
    pub(crate) async fn end(&self, limit: Duration) {
        self.pools.all().iter().for_each(|pool| pool.end());
        self.tasks.join(limit).await;
        self.source.close().await;
    }
}

impl Occasion {
    fn initialization(&self) -> Initialization {
        match self {
            Self::Invocation(_) => Initialization::OnDemand,
            Self::Provisioned => Initialization::ProvisionedConcurrency,
        }
    }
}
