//! From versions to environments: admission, placement and warm capacity. Knows no HTTP and no SQL.

mod admission;
mod collaborators;
mod configuration;
mod engine;
mod fair_queue;
mod fair_semaphore;
mod invocation;
mod placement;
mod places;
mod pool;
mod pools;
mod provisioned;
mod shards;
mod start;
mod starter;
mod starting;
mod statistics;
mod tasks;
mod variables;

pub use self::collaborators::{
    AwsEndpoint, Collaborators, EndpointGuard, EnvironmentIdentity, RoleCredentials, RuntimeCatalogue,
    SessionKeys, UsageSink,
};
pub use self::configuration::EngineConfiguration;
pub use self::engine::Engine;
pub use self::invocation::{
    FunctionVersion, Invocation, InvocationResult, InvokeError, Invoker, Snapshot, SnapshotError,
    ThrottleReason,
};
pub use self::provisioned::{Provisioned, ProvisioningFailure};
pub use self::start::{AheadConfiguration, AheadKind, AheadStatistics, KindStatistics, Scope};
pub use self::statistics::{FunctionStatistics, ProvisionedStatistics, Statistics};
pub use hob_environment::{Measured, trace_header};
