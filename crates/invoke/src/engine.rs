//! The one admission point: takes an idle environment of the function's version, or starts one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use hob_environment::{
    Assignment, FunctionSettings, Inbox, Keeper, Meter, Outcome, Refusal, Setup, StartFailure, Unavailable,
    environment, trace_header,
};
use hob_types::{EnvironmentId, FunctionArn, InvocationSource, RevisionId, Version};
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::admission::{Admission, Share};
use crate::fair_semaphore::FairSemaphore;
use crate::pool::{Placement, Pool, Ticket};
use crate::pools::{Claim, Pools, Room};
use crate::start::{EnvironmentSource, Prepared, log_stream};
use crate::tasks::Tasks;
use crate::{
    AheadStatistics, Collaborators, EngineConfiguration, FunctionStatistics, FunctionVersion, Invocation,
    InvocationResult, InvokeError, Invoker, Statistics, ThrottleReason,
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
    pools: Arc<Pools>,
    starts: Arc<FairSemaphore<1>>,
    tasks: Tasks,
    cold_starts: AtomicU64,
}

type Answer = oneshot::Receiver<Result<Outcome, Unavailable>>;

impl Engine {
    /// Starts nothing: the first invocation does.
    pub fn new(configuration: EngineConfiguration, collaborators: Collaborators) -> Arc<Self> {
        let source = Arc::new(EnvironmentSource::new(configuration.ahead, collaborators.clone()));
        let capacity = [configuration.memory, configuration.environments_max];
        Arc::new(Self {
            pools: Arc::new(Pools::new(capacity, Arc::clone(&source) as _, configuration.ahead.memory_max)),
            source,
            admission: Arc::new(Admission::new(configuration.concurrency_limit)),
            starts: FairSemaphore::new([configuration.starts_max as u64]),
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
        self.pools.all().iter().for_each(|pool| pool.end());
        self.tasks.join(END_LIMIT).await;
        self.source.close().await;
    }

    pub fn statistics(&self) -> Statistics {
        let sizes = self.pools.all();
        let sizes = sizes.iter().map(|pool| pool.size());
        let (environments, idle) = sizes.fold((0, 0), |sum, size| (sum.0 + size.0, sum.1 + size.1));
        Statistics {
            environments,
            idle,
            frozen: self.pools.all().iter().map(|pool| pool.frozen()).sum(),
            running: self.admission.running(),
            concurrency_limit: self.configuration.concurrency_limit,
            invocations: self.admission.admitted(),
            cold_starts: self.cold_starts.load(Ordering::Relaxed),
            throttles: self.admission.throttled(),
            evictions: self.pools.evictions(),
            memory_claimed: self.pools.capacity()[0] - self.pools.free()[0],
            memory_limit: self.pools.capacity()[0],
        }
    }

    /// Of every function that was invoked since the server started, or has a reservation, ordered by ARN.
    pub fn functions(&self) -> Vec<FunctionStatistics> {
        let pools = self.pools.all();
        let mut functions: Vec<_> = self
            .admission
            .shares()
            .iter()
            .map(|(function, share)| self.function(function, share, &pools))
            .collect();
        functions.sort_by(|one, other| one.function.cmp(&other.function));
        functions
    }

    fn function(&self, function: &FunctionArn, share: &Share, pools: &[Arc<Pool>]) -> FunctionStatistics {
        let sizes = pools.iter().filter(|pool| pool.function == *function).map(|pool| pool.size());
        let (environments, idle) = sizes.fold((0, 0), |sum, size| (sum.0 + size.0, sum.1 + size.1));
        FunctionStatistics {
            function: function.clone(),
            environments,
            idle,
            running: share.running(),
            waiting: self.pools.waiting(function),
            reserved: share.reserved(),
            throttles: share.throttles(),
            evictions: share.evictions(),
        }
    }

    /// What is made before it is needed.
    pub fn ahead(&self) -> AheadStatistics {
        self.source.statistics()
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
        let pool = self.pools.of(&version, || self.admission.share(&version.arn));
        let (mut assignment, mut answer) = self.assignment(invocation, &pool.share)?;
        let (mut held, mut patient, mut deadline) = (None, true, None);
        loop {
            let (ticket, missing) = match pool.place(assignment, &mut held, patient) {
                Placement::Assigned => break,
                Placement::Start(assignment, claim) => {
                    self.start(&pool, &version, assignment, claim)?;
                    break;
                }
                Placement::Settling(ticket) => (ticket, None),
                Placement::NoRoom { ticket, missing } => (ticket, Some(missing)),
            };
            let queued = Queued { pool: &pool, ticket };
            let due = *deadline.get_or_insert_with(|| Instant::now() + self.configuration.room_timeout);
            let room = tokio::select! {
                biased;
                answer = &mut answer => return result(answer),
                room = self.wait(&pool, missing, due) => room,
            };
            let Some(waited) = queued.take_back() else { break };
            held = merged(held, room.map_err(|TimedOut| self.no_room(&pool))?);
            (assignment, patient) = (waited, false);
        }
        drop(held);
        result(answer.await)
    }

    /// Waits for room if some is missing, otherwise for as long as is worth waiting for an environment that has just
    /// answered.
    async fn wait(
        &self,
        pool: &Pool,
        missing: Option<Room>,
        due: Instant,
    ) -> Result<Option<Claim>, TimedOut> {
        match missing {
            Some(missing) => self.pools.room(pool, missing, due).await.map(Some).ok_or(TimedOut),
            None => {
                tokio::time::sleep(PATIENCE).await;
                Ok(None)
            }
        }
    }

    /// The machine is full, which to its callers is as a limit of the account.
    fn no_room(&self, pool: &Pool) -> InvokeError {
        self.admission.throttle(&pool.share, ThrottleReason::ConcurrentInvocationLimitExceeded)
    }

    /// Starts an environment on this shard for an invocation.
    fn start(
        &self,
        pool: &Arc<Pool>,
        version: &Arc<FunctionVersion>,
        assignment: Box<Assignment>,
        claim: Claim,
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
            keeper: self.pools.admit(pool, environment, claim),
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
        self.pools.retire(function, version, keep);
    }
}

/// Nobody gave up what was waited for.
struct TimedOut;

fn merged(held: Option<Claim>, more: Option<Claim>) -> Option<Claim> {
    match (held, more) {
        (Some(mut held), Some(more)) => {
            held.merge(more);
            Some(held)
        }
        (held, more) => held.or(more),
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
    async fn run(self, source: Arc<EnvironmentSource>, starts: Arc<FairSemaphore<1>>) {
        let turn = (source.starting(), starts.acquire(&self.version.arn, [1]).await);
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
