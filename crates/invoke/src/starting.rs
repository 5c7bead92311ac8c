//! From the decision that a new environment is needed to that environment's end.

use std::sync::Arc;
use std::time::Duration;

use hob_environment::{
    FunctionSettings, Inbox, InitFault, Keeper, Refusal, Setup, StartFailure, Unavailable,
};
use hob_types::EnvironmentId;
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::fair_semaphore::FairSemaphore;
use crate::pools::Pools;
use crate::start::{EnvironmentSource, Prepared, log_stream};
use crate::{Collaborators, FunctionVersion};
use hob_environment::Initialization;

/// How long an init counts as one of those that start at the same time. A longer one waits for something else than
/// the CPU.
const INIT_COUNTED: Duration = Duration::from_secs(1);

/// How soon a start is tried again that found the machine full although nothing had told that it would be.
const RETRY: Duration = Duration::from_millis(50);

/// The least that an init may take that nobody waits for; where the function's timeout is longer, that. Source: Lambda
/// guide, "Init phase".
const INIT_AHEAD_LIMIT: Duration = Duration::from_secs(130);

/// An environment that is being started.
pub(crate) struct Start {
    pub(crate) id: EnvironmentId,
    pub(crate) inbox: Inbox,
    pub(crate) keeper: Arc<dyn Keeper>,
    pub(crate) version: Arc<FunctionVersion>,
    pub(crate) initialization: Initialization,
    pub(crate) collaborators: Collaborators,
    pub(crate) idle_timeout: Duration,
    pub(crate) freeze_after: Option<Duration>,
    pub(crate) room_timeout: Duration,
    pub(crate) pools: Arc<Pools>,
}

impl Start {
    /// From nothing to the environment's end.
    pub(crate) async fn run(self, source: Arc<EnvironmentSource>, starts: Arc<FairSemaphore<1>>) {
        let turn = (source.starting(), starts.acquire(&self.version.arn, [1]).await);
        let prepared = match self.prepare(&source).await {
            Ok(prepared) => prepared,
            Err(failure) => return self.fail(failure),
        };
        let (initialised, init) = oneshot::channel();
        let can_freeze = self.collaborators.sandboxes.abilities().await.freeze;
        let provisioned = self.initialization == Initialization::ProvisionedConcurrency;
        let init_limit = INIT_AHEAD_LIMIT.max(self.version.timeout.duration());
        let setup = Setup {
            init_ahead: provisioned.then_some(init_limit),
            idle_timeout: (!provisioned).then_some(self.idle_timeout),
            freeze_after: self.freeze_after.filter(|_| can_freeze),
            ..setup(
                prepared,
                &self.version,
                self.initialization,
                &self.collaborators,
                self.keeper,
                initialised,
            )
        };
        let counted = async {
            let _ = tokio::time::timeout(INIT_COUNTED, init).await;
            drop(turn);
        };
        tokio::join!(self.inbox.run(setup), counted);
    }

    /// Where the machine turns out to be full, ends what is idle and tries again for a while.
    async fn prepare(&self, source: &EnvironmentSource) -> Result<Prepared, StartFailure> {
        let deadline = Instant::now() + self.room_timeout;
        loop {
            match source.prepare(self.id, &self.version, self.initialization).await {
                Err(StartFailure::Unavailable(Unavailable::NoRoom)) if Instant::now() < deadline => {
                    self.pools.evict_oldest();
                    tokio::time::sleep(RETRY).await;
                }
                prepared => return prepared,
            }
        }
    }

    /// There is no environment, and whoever it was for is told why.
    fn fail(self, failure: StartFailure) {
        self.keeper.init_failed(match &failure {
            StartFailure::Function(_) => InitFault::Function,
            StartFailure::Unavailable(unavailable) => InitFault::Unavailable(unavailable.clone()),
        });
        self.keeper.closed();
        let Self { inbox, version, collaborators: Collaborators { logs, clock, random, .. }, .. } = self;
        match failure {
            StartFailure::Unavailable(unavailable) => inbox.fail(&unavailable),
            StartFailure::Function(error) => inbox.refuse(&Refusal {
                error,
                version: version.version,
                memory: version.memory,
                log_stream: log_stream(&version, &*clock, &*random),
                logging: version.logging,
                logs,
                clock,
            }),
        }
    }
}

fn setup(
    prepared: Prepared,
    version: &FunctionVersion,
    initialization: Initialization,
    collaborators: &Collaborators,
    keeper: Arc<dyn Keeper>,
    initialised: oneshot::Sender<()>,
) -> Setup {
    Setup {
        sandbox: prepared.sandbox,
        runtime_api: prepared.runtime_api,
        program: prepared.program,
        parked: prepared.parked,
        function: FunctionSettings {
            name: version.arn.name.clone(),
            version: version.version,
            region: version.arn.region.clone(),
            memory: version.memory,
            timeout: version.timeout.duration(),
            initialization,
            logging: version.logging,
            runtime_description: prepared.runtime_description,
            note: prepared.note,
        },
        log_stream: prepared.log_stream,
        init_ahead: None,
        idle_timeout: None,
        freeze_after: None,
        logs: Arc::clone(&collaborators.logs),
        clock: Arc::clone(&collaborators.clock),
        random: Arc::clone(&collaborators.random),
        keeper,
        initialised: Some(initialised),
        guards: prepared.guards,
    }
}
