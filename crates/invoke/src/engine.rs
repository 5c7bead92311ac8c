//! The one admission point: takes an idle environment of the function's version, or starts one.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use hob_environment::{
    Assignment, FunctionSettings, Inbox, Keeper, Meter, Outcome, Refusal, Setup, StartFailure, Unavailable,
    environment, trace_header,
};
use hob_types::{EnvironmentId, FunctionArn, InvocationSource, RevisionId, Version};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::Instant;

use crate::admission::{Admission, Share};
use crate::pool::{Placement, Pool, Ticket};
use crate::start::{EnvironmentSource, Prepared, log_stream};
use crate::tasks::Tasks;
use crate::{
    AheadStatistics, Collaborators, EngineConfiguration, FunctionVersion, Invocation, InvocationResult, InvokeError, Invoker,
    Statistics,
};

/// How long an invocation waits for an environment that has just answered before it starts another. A runtime asks
/// for its next invocation within 0.1 ms; but where its share of CPU is used up, as the smallest functions' soon is,
/// it stands still for a few periods of 20 ms, and starting another would take it longer still.
const PATIENCE: Duration = Duration::from_millis(100);

/// How long an init counts as one of those that start at the same time. A longer one waits for something else than
/// the CPU.
const INIT_COUNTED: Duration = Duration::from_secs(1);

/// After the grace of a shutdown: killing and removing takes milliseconds.
const END_LIMIT: Duration = Duration::from_secs(15);

/// Usable from any shard. An environment lives on the shard that started it.
pub struct Engine {
    configuration: EngineConfiguration,
    collaborators: Collaborators,
    source: Arc<EnvironmentSource>,
    admission: Arc<Admission>,
    pools: RwLock<HashMap<RevisionId, Arc<Pool>>>,
    starts: Arc<Semaphore>,
    tasks: Tasks,
    cold_starts: AtomicU64,
}

type Answer = oneshot::Receiver<Result<Outcome, Unavailable>>;

impl Engine {
    /// Starts nothing: the first invocation does.
    pub fn new(configuration: EngineConfiguration, collaborators: Collaborators) -> Arc<Self> {
        Arc::new(Self {
            source: Arc::new(EnvironmentSource::new(configuration.ahead, collaborators.clone())),
            admission: Arc::new(Admission::new(configuration.concurrency_limit)),
            pools: RwLock::default(),
            starts: Arc::new(Semaphore::new(configuration.starts_max)),
            tasks: Tasks::default(),
            cold_starts: AtomicU64::new(0),
            configuration,
            collaborators,
        })
    }

    /// Refuses new invocations, lets the running ones finish for at most `grace`, then ends every environment.
    /// Nothing of them is left when this returns.
    pub async fn shutdown(&self, grace: Duration) {
        if tokio::time::timeout(grace, self.admission.close()).await.is_err() {
            tracing::warn!(running = self.admission.running(), "invocations are cut off by the shutdown");
        }
        self.all_pools().iter().for_each(|pool| pool.end());
        self.tasks.join(END_LIMIT).await;
        self.source.close().await;
    }

    pub fn statistics(&self) -> Statistics {
        let sizes = self.all_pools();
        let sizes = sizes.iter().map(|pool| pool.size());
        let (environments, idle) = sizes.fold((0, 0), |sum, size| (sum.0 + size.0, sum.1 + size.1));
        Statistics {
            environments,
            idle,
            frozen: self.all_pools().iter().map(|pool| pool.frozen()).sum(),
            running: self.admission.running(),
            concurrency_limit: self.configuration.concurrency_limit,
            invocations: self.admission.admitted(),
            cold_starts: self.cold_starts.load(Ordering::Relaxed),
            throttles: self.admission.throttled(),
        }
    }

    /// What is made before it is needed.
    pub fn ahead(&self) -> AheadStatistics {
        self.source.statistics()
    }

    fn all_pools(&self) -> Vec<Arc<Pool>> {
        self.pools.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    fn pool(&self, version: &FunctionVersion) -> Arc<Pool> {
        let pools = self.pools.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(pool) = pools.get(&version.revision) {
            return Arc::clone(pool);
        }
        drop(pools);
        let mut pools = self.pools.write().unwrap_or_else(PoisonError::into_inner);
        let share = || self.admission.share(&version.arn);
        let new = || Arc::new(Pool::new(version.arn.clone(), version.version, share()));
        Arc::clone(pools.entry(version.revision).or_insert_with(new))
    }

    fn assignment(
        &self,
        invocation: Invocation,
        share: &Arc<Share>,
    ) -> Result<(Box<Assignment>, Answer), InvokeError> {
        let permit = self.admission.admit(share)?;
        let (reply, answer) = oneshot::channel();
        let received = invocation.trace_header.as_deref();
        let assignment = Assignment {
            request_id: invocation.request_id,
            invoked_function_arn: invocation.invoked_function_arn,
            payload: invocation.payload,
            client_context: invocation.client_context,
            trace_header: trace_header(received, self.collaborators.clock.now(), &*self.collaborators.random),
            log_tail: invocation.log_tail,
            reply,
            permit: Box::new(permit),
            meter: self.meter(invocation.version, invocation.source),
        };
        Ok((Box::new(assignment), answer))
    }

    fn meter(&self, version: Arc<FunctionVersion>, source: InvocationSource) -> Meter {
        let usage = Arc::clone(&self.collaborators.usage);
        Box::new(move |outcome| usage.answered(&version, source, outcome.measured, outcome.function_error))
    }

    /// From admission to the answer.
    async fn run(&self, invocation: Invocation) -> Result<InvocationResult, InvokeError> {
        let version = Arc::clone(&invocation.version);
        let pool = self.pool(&version);
        let (assignment, mut answer) = self.assignment(invocation, &pool.share)?;
        match pool.place(assignment) {
            Placement::Assigned => {}
            Placement::Start(assignment) => self.start(&pool, &version, assignment)?,
            Placement::Queued(ticket) => {
                let queued = Queued { pool: &pool, ticket };
                if let Ok(answer) = tokio::time::timeout(PATIENCE, &mut answer).await {
                    return result(answer);
                }
                if let Some(assignment) = queued.take_back() {
                    self.start(&pool, &version, assignment)?;
                }
            }
        }
        result(answer.await)
    }

    /// Starts an environment on this shard for an invocation.
    fn start(
        &self,
        pool: &Arc<Pool>,
        version: &Arc<FunctionVersion>,
        assignment: Box<Assignment>,
    ) -> Result<(), InvokeError> {
        self.admission.scale(&pool.share)?;
        self.cold_starts.fetch_add(1, Ordering::Relaxed);
        let id = EnvironmentId::random(&*self.collaborators.random);
        let (environment, inbox) = environment(id);
        // Its inbox is there and empty.
        let _ = environment.assign(assignment);
        let start = Start {
            id,
            inbox,
            keeper: pool.admit(environment),
            version: Arc::clone(version),
            collaborators: self.collaborators.clone(),
            idle_timeout: self.configuration.idle_timeout,
            freeze_after: self.configuration.freeze_after,
        };
        self.tasks.spawn(start.run(Arc::clone(&self.source), Arc::clone(&self.starts)));
        Ok(())
    }
}

#[async_trait]
impl Invoker for Engine {
    async fn invoke(&self, invocation: Invocation) -> Result<InvocationResult, InvokeError> {
        let (version, source) = (Arc::clone(&invocation.version), invocation.source);
        let result = self.run(invocation).await;
        if let Err(InvokeError::Throttled(_)) = result {
            self.collaborators.usage.throttled(&version, source);
        }
        result
    }

    fn anticipate(&self, version: &Arc<FunctionVersion>) {
        self.source.anticipate(version);
    }

    fn reserve(&self, function: &FunctionArn, reserved: Option<u32>) {
        self.admission.reserve(function, reserved);
    }

    fn retire(&self, function: &FunctionArn, version: Option<Version>, keep: Option<RevisionId>) {
        if version.is_none() {
            self.admission.forget(function);
        }
        let now = Instant::now();
        let mut pools = self.pools.write().unwrap_or_else(PoisonError::into_inner);
        pools.retain(|revision, pool| {
            let concerned =
                pool.function == *function && version.is_none_or(|version| version == pool.version);
            if concerned && keep != Some(*revision) {
                pool.retire(now);
            }
            !pool.is_over(now)
        });
    }
}

fn result(
    answer: Result<Result<Outcome, Unavailable>, oneshot::error::RecvError>,
) -> Result<InvocationResult, InvokeError> {
    let outcome =
        answer.map_err(|_| InvokeError::Service("The execution environment has failed.".to_owned()))?;
    let outcome = outcome.map_err(|Unavailable(text)| InvokeError::Service(text))?;
    Ok(InvocationResult {
        payload: outcome.payload,
        function_error: outcome.function_error,
        log_tail: outcome.log_tail,
        trace_header: outcome.trace_header,
        measured: outcome.measured,
    })
}

/// A place in a pool's queue, given up when nobody waits any more.
struct Queued<'a> {
    pool: &'a Pool,
    ticket: Ticket,
}

impl Queued<'_> {
    fn take_back(&self) -> Option<Box<Assignment>> {
        self.pool.take_back(self.ticket)
    }
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.take_back();
    }
}

/// An environment that is being started.
struct Start {
    id: EnvironmentId,
    inbox: Inbox,
    keeper: Arc<dyn Keeper>,
    version: Arc<FunctionVersion>,
    collaborators: Collaborators,
    idle_timeout: Duration,
    freeze_after: Option<Duration>,
}

impl Start {
    /// From nothing to the environment's end.
    async fn run(self, source: Arc<EnvironmentSource>, starts: Arc<Semaphore>) {
        // The semaphore is never closed.
        let turn = (source.starting(), starts.acquire_owned().await.ok());
        let prepared = match source.prepare(self.id, &self.version).await {
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
            version: version.version,
            region: version.arn.region.clone(),
            memory: version.memory,
            timeout: version.timeout.duration(),
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
