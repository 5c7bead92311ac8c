//! From the decision that a new environment is needed to that environment's end.

use std::sync::Arc;
use std::time::Duration;

use hob_environment::{FunctionSettings, Inbox, Keeper, Refusal, Setup, StartFailure, Unavailable};
use hob_types::EnvironmentId;
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::fair_semaphore::FairSemaphore;
use crate::pools::Pools;
use crate::start::{EnvironmentSource, Prepared, log_stream};
use crate::{Collaborators, FunctionVersion};

/// How long an init counts as one of those that start at the same time. A longer one waits for something else than
/// the CPU.
const INIT_COUNTED: Duration = Duration::from_secs(1);

/// How soon a start is tried again that found the machine full although nothing had told that it would be.
const RETRY: Duration = Duration::from_millis(50);

/// An environment that is being started.
pub(crate) struct Start {
    pub(crate) id: EnvironmentId,
    pub(crate) inbox: Inbox,
    pub(crate) keeper: Arc<dyn Keeper>,
    pub(crate) version: Arc<FunctionVersion>,
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
        let setup = Setup {
            freeze_after: self.freeze_after.filter(|_| can_freeze),
            ..setup(prepared, &self.version, &self.collaborators, self.keeper, initialised, self.idle_timeout)
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
            match source.prepare(self.id, &self.version).await {
                Err(StartFailure::Unavailable(Unavailable::NoRoom)) if Instant::now() < deadline => {
                    self.pools.evict_oldest();
                    tokio::time::sleep(RETRY).await;
                }
                prepared => return prepared,
            }
        }
    }

    /// There is no environment, and the invocation that it was for is told why.
    fn fail(self, failure: StartFailure) {
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
    collaborators: &Collaborators,
    keeper: Arc<dyn Keeper>,
    initialised: oneshot::Sender<()>,
    idle_timeout: Duration,
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
            logging: version.logging,
            runtime_description: prepared.runtime_description,
            note: prepared.note,
        },
        log_stream: prepared.log_stream,
        idle_timeout,
        freeze_after: None,
        logs: Arc::clone(&collaborators.logs),
        clock: Arc::clone(&collaborators.clock),
        random: Arc::clone(&collaborators.random),
        keeper,
        initialised: Some(initialised),
        guards: prepared.guards,
    }
}
