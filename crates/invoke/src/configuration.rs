use std::time::Duration;

use crate::AheadConfiguration;

/// How much the engine may do at once, and how long it keeps what nobody uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineConfiguration {
    /// Invocations that run at the same time, over all functions of an account in a region; ten times as many may
    /// come per second. Default 1000, as an AWS account has.
    pub concurrency_limit: u32,
    /// What all environments may use together, in bytes. One that runs counts with its function's memory, an idle one
    /// with what it has used so far, if room is short. Default: no limit.
    pub memory: u64,
    /// Environments that may exist at the same time. Default: no limit.
    pub environments_max: u64,
    /// How long an invocation waits for room on a full machine before it is throttled. Default 3 seconds.
    pub room_timeout: Duration,
    /// An environment that has had no invocation for this long is ended. Default 10 minutes.
    pub idle_timeout: Duration,
    /// What runs in an environment stands still after this long without an invocation, where the sandbox can freeze.
    /// `None`: it goes on running. Default 100 ms.
    pub freeze_after: Option<Duration>,
    /// Environments that are started at the same time; more wait for their turn, because inits that share a CPU
    /// all get slower and would miss their limit together. Default 32.
    pub starts_max: usize,
    pub ahead: AheadConfiguration,
}

impl Default for EngineConfiguration {
    fn default() -> Self {
        Self {
            concurrency_limit: 1000,
            memory: u64::MAX,
            environments_max: u64::MAX,
            room_timeout: Duration::from_secs(3),
            idle_timeout: Duration::from_secs(600),
            freeze_after: Some(Duration::from_millis(100)),
            starts_max: 32,
            ahead: AheadConfiguration::default(),
        }
    }
}
