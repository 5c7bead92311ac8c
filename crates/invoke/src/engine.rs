//! The one admission point: takes an idle environment of the function's version, or starts one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use hob_environment::{Assignment, environment};
use hob_types::{EnvironmentId, FunctionArn, RevisionId, Version};

use crate::admission::{Admission, Share};
use crate::fair_semaphore::FairSemaphore;
use crate::pool::Pool;
use crate::pools::{Claim, Pools};
use crate::start::EnvironmentSource;
use crate::starting::Start;
use crate::tasks::Tasks;
use crate::{
    AheadStatistics, Collaborators, EngineConfiguration, FunctionStatistics, FunctionVersion, Invocation,
    InvocationResult, InvokeError, Invoker, Snapshot, SnapshotError, Statistics,
};

/// After the grace of a shutdown: killing and removing takes milliseconds.
const END_LIMIT: Duration = Duration::from_secs(15);

/// Usable from any shard. An environment lives on the shard that started it.
pub struct Engine {
    pub(crate) configuration: EngineConfiguration,
    pub(crate) collaborators: Collaborators,
    source: Arc<EnvironmentSource>,
    pub(crate) admission: Arc<Admission>,
    pub(crate) pools: Arc<Pools>,
    starts: Arc<FairSemaphore<1>>,
    tasks: Tasks,
    cold_starts: AtomicU64,
}

impl Engine {
    /// Starts nothing: the first invocation does.
    pub fn new(configuration: EngineConfiguration, collaborators: Collaborators) -> Arc<Self> {
        let source = Arc::new(EnvironmentSource::new(configuration.ahead, collaborators.clone()));
        let capacity = [configuration.memory, configuration.environments_max];
        Arc::new(Self {
            pools: Arc::new(Pools::new(capacity, Arc::clone(&source) as _)),
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

    /// Starts an environment on this shard for an invocation.
    pub(crate) fn start(
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
            room_timeout: self.configuration.room_timeout,
            pools: Arc::clone(&self.pools),
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

    async fn take_snapshot(&self, version: &Arc<FunctionVersion>) -> Result<Snapshot, SnapshotError> {
        self.source.take_snapshot(version).await
    }

    fn retire(&self, function: &FunctionArn, version: Option<Version>, keep: Option<RevisionId>) {
        if version.is_none() {
            self.admission.forget(function);
        }
        self.pools.retire(function, version, keep);
        self.source.retire(function, version, keep);
    }
}
