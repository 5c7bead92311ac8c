use std::sync::Arc;

use hob_types::FunctionArn;

use crate::pool::Pool;

/// What the engine is doing, for `hob doctor`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Environments that exist, those that are being started included.
    pub environments: usize,
    /// Environments that wait for an invocation.
    pub idle: usize,
    /// Idle environments in which nothing runs.
    pub frozen: usize,
    pub provisioned: ProvisionedStatistics,
    /// Invocations that have been admitted and not yet answered.
    pub running: u32,
    /// The limit of `running`.
    pub concurrency_limit: u32,
    /// Since the server started.
    pub invocations: u64,
    /// Invocations that had to wait for a new environment, since the server started.
    pub cold_starts: u64,
    /// Invocations that were refused at the limit, since the server started.
    pub throttles: u64,
    /// Idle environments that were ended because their room was needed, since the server started.
    pub evictions: u64,
    /// What environments have a claim on, in bytes: those that run on all of their function's memory. More than is
    /// really used.
    pub memory_claimed: u64,
    /// The limit of `memory_claimed`.
    pub memory_limit: u64,
}

/// Environments that are kept initialised, whether or not an invocation has them, and how they are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProvisionedStatistics {
    /// Environments that are wanted.
    pub requested: u32,
    /// Those that exist, whether initialised or still being so.
    pub allocated: u32,
    /// Those that are initialised.
    pub available: u32,
    /// Invocations that took from them, since the server started, of the revisions that are still there.
    pub invocations: u64,
    /// Invocations of the same versions for which none was free, or that came too fast.
    pub spillovers: u64,
}

impl ProvisionedStatistics {
    pub(crate) fn of<'a>(pools: impl Iterator<Item = &'a Arc<Pool>>) -> Self {
        pools.fold(Self::default(), |sum, pool| {
            let state = pool.provisioned().unwrap_or_default();
            Self {
                requested: sum.requested + state.requested,
                allocated: sum.allocated + state.allocated,
                available: sum.available + state.available,
                invocations: sum.invocations + pool.allotment.taken(),
                spillovers: sum.spillovers + pool.allotment.spilled(),
            }
        })
    }
}

/// What one function is doing, all its versions together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionStatistics {
    pub function: FunctionArn,
    pub environments: usize,
    pub idle: usize,
    /// Invocations that have been admitted and not yet answered.
    pub running: u32,
    /// Of them, those that wait for room on the machine.
    pub waiting: usize,
    /// The limit of `running` that is the function's own.
    pub reserved: Option<u32>,
    pub provisioned: ProvisionedStatistics,
    /// Invocations that were refused at a limit, since the server started.
    pub throttles: u64,
    /// Idle environments that were ended because their room was needed, since the server started.
    pub evictions: u64,
}
