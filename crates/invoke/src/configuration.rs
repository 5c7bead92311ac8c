use std::time::Duration;

/// How much the engine may do at once, and how long it keeps what nobody uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineConfiguration {
    /// Invocations that run at the same time, over all functions. Default 1000, as an AWS account has.
    pub concurrency_limit: u32,
    /// An environment that has had no invocation for this long is ended. Default 10 minutes.
    pub idle_timeout: Duration,
    /// What runs in an environment stands still after this long without an invocation, where the sandbox can freeze.
    /// `None`: it goes on running. Default 100 ms.
    pub freeze_after: Option<Duration>,
    /// Environments that are started at the same time; more wait for their turn, because inits that share a CPU
    /// all get slower and would miss their limit together. Default 32.
    pub starts_max: usize,
}

impl Default for EngineConfiguration {
    fn default() -> Self {
        Self {
            concurrency_limit: 1000,
            idle_timeout: Duration::from_secs(600),
            freeze_after: Some(Duration::from_millis(100)),
            starts_max: 32,
        }
    }
}
