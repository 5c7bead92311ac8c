//! The one admission point: takes an idle environment of the function's version, or starts one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use hob_environment::Assignment;
use hob_types::{FunctionArn, RevisionId, Version};
use tokio::sync::watch;

use crate::admission::{Admission, Share};
use crate::pool::Pool;
use crate::pools::Claim;
use crate::provisioned::Registry;
use crate::starter::{Occasion, Starter};
use crate::{
    AheadStatistics, Collaborators, EngineConfiguration, FunctionStatistics, FunctionVersion, Invocation,
    InvocationResult, InvokeError, Invoker, Provisioned, ProvisionedStatistics, Snapshot, SnapshotError,
    Statistics,
};

/// After the grace of a shutdown: killing and removing takes milliseconds.
const END_LIMIT: Duration = Duration::from_secs(15);

/// Usable from any shard. An environment lives on the shard of the invocation that it was started for; those that were
/// started before any are spread over the shards that have [joined](Engine::join).
pub struct Engine {
    pub(crate) starter: Arc<Starter>,
    pub(crate) admission: Arc<Admission>,
    provisioned: Registry,
    cold_starts: AtomicU64,
}

impl Engine {
    /// Starts nothing: the first invocation does, or what is provisioned.
    pub fn new(configuration: EngineConfiguration, collaborators: Collaborators) -> Arc<Self> {
        let admission = Arc::new(Admission::new(configuration.concurrency_limit));
        let starter = Arc::new(Starter::new(configuration, collaborators));
        Arc::new(Self {
            provisioned: Registry::new(Arc::clone(&starter), Arc::clone(&admission)),
            starter,
            admission,
            cold_starts: AtomicU64::new(0),
        })
    }

    /// The current shard takes its part of the environments that no invocation has started. It ends after
    /// [`shutdown`](Self::shutdown).
    pub fn join(&self) {
        self.starter.shards.join();
    }

    /// Refuses new invocations, lets the running ones finish for at most `grace`, then ends every environment.
    /// Nothing of them is left when this returns.
    pub async fn shutdown(&self, grace: Duration) {
        self.provisioned.close().await;
        if tokio::time::timeout(grace, self.admission.close()).await.is_err() {
            tracing::warn!(running = self.admission.running(), "invocations are cut off by the shutdown");
        }
        self.starter.end(END_LIMIT).await;
    }

    pub fn statistics(&self) -> Statistics {
        let (pools, memory) = (self.starter.pools.all(), &self.starter.pools);
        let sizes = pools.iter().map(|pool| pool.size());
        let (environments, idle) = sizes.fold((0, 0), |sum, size| (sum.0 + size.0, sum.1 + size.1));
        Statistics {
            environments,
            idle,
            frozen: pools.iter().map(|pool| pool.frozen()).sum(),
            running: self.admission.running(),
            provisioned: ProvisionedStatistics::of(pools.iter()),
            concurrency_limit: self.starter.configuration.concurrency_limit,
            invocations: self.admission.admitted(),
            cold_starts: self.cold_starts.load(Ordering::Relaxed),
            throttles: self.admission.throttled(),
            evictions: memory.evictions(),
            memory_claimed: memory.capacity()[0] - memory.free()[0],
            memory_limit: memory.capacity()[0],
        }
    }

    /// Of every function that was invoked since the server started, or has a reservation or something provisioned,
    /// ordered by ARN.
    pub fn functions(&self) -> Vec<FunctionStatistics> {
        let pools = self.starter.pools.all();
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
        let pools = pools.iter().filter(|pool| pool.function == *function);
        let sizes = pools.clone().map(|pool| pool.size());
        let (environments, idle) = sizes.fold((0, 0), |sum, size| (sum.0 + size.0, sum.1 + size.1));
        FunctionStatistics {
            function: function.clone(),
            environments,
            idle,
            running: share.running(),
            waiting: self.starter.pools.waiting(function),
            reserved: share.reserved(),
            provisioned: ProvisionedStatistics::of(pools),
            throttles: share.throttles(),
            evictions: share.evictions(),
        }
    }

    /// What is made before it is needed.
    pub fn ahead(&self) -> AheadStatistics {
        self.starter.source.statistics()
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
        self.starter.start(pool, version, Occasion::Invocation(assignment), claim);
        Ok(())
    }
}

#[async_trait]
impl Invoker for Engine {
    async fn invoke(&self, invocation: Invocation) -> Result<InvocationResult, InvokeError> {
        let (version, source) = (Arc::clone(&invocation.version), invocation.source);
        let result = self.run(invocation).await;
        if let Err(InvokeError::Throttled(_)) = result {
            self.starter.collaborators.usage.throttled(&version, source);
        }
        result
    }

    fn anticipate(&self, version: &Arc<FunctionVersion>) {
        self.starter.source.anticipate(version);
    }

    fn reserve(&self, function: &FunctionArn, reserved: Option<u32>) {
        self.admission.reserve(function, reserved);
    }

    fn provision(&self, version: &Arc<FunctionVersion>, environments: u32) {
        self.provisioned.provision(version, environments);
    }

    fn watch_provisioned(
        &self,
        function: &FunctionArn,
        version: Version,
    ) -> Option<watch::Receiver<Provisioned>> {
        self.provisioned.state(function, version)
    }

    async fn take_snapshot(&self, version: &Arc<FunctionVersion>) -> Result<Snapshot, SnapshotError> {
        self.starter.source.take_snapshot(version).await
    }

    fn retire(&self, function: &FunctionArn, version: Option<Version>, keep: Option<RevisionId>) {
        self.provisioned.retire(function, version, keep);
        if version.is_none() {
            self.admission.forget(function);
        }
        self.starter.pools.retire(function, version, keep);
        self.starter.source.retire(function, version, keep);
    }
}
