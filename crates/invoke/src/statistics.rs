/// What the engine is doing, for `hob doctor`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Environments that exist, those that are being started included.
    pub environments: usize,
    /// Environments that wait for an invocation.
    pub idle: usize,
    /// Idle environments in which nothing runs.
    pub frozen: usize,
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
}
