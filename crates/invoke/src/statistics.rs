use hob_types::FunctionArn;

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
    /// Idle environments that were ended because their room was needed, since the server started.
    pub evictions: u64,
    /// What environments have a claim on, in bytes: those that run on all of their function's memory. More than is
    /// really used.
    pub memory_claimed: u64,
    /// The limit of `memory_claimed`.
    pub memory_limit: u64,
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
    /// Invocations that were refused at a limit, since the server started.
    pub throttles: u64,
    /// Idle environments that were ended because their room was needed, since the server started.
    pub evictions: u64,
}
