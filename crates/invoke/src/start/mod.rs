//! How an environment comes to be: the one place that knows. [`EnvironmentSource`] takes what [`ahead`] has made, or
//! makes it now.

mod ahead;
mod budget;
mod configuration;
mod demand;
mod for_function;
mod kind;
mod launches;
mod made;
mod snapshot;
mod snapshots;
mod source;
mod statistics;
mod stock;
mod zygotes;

use std::any::Any;
use std::net::TcpListener;

use hob_environment::{LogStreamName, Parked, StartFailure, Unavailable};
use hob_sandbox::{Program, Sandbox, SandboxError};

pub use self::configuration::{AheadConfiguration, Scope};
pub(crate) use self::for_function::log_stream;
pub(crate) use self::source::EnvironmentSource;
pub use self::statistics::{AheadKind, AheadStatistics, KindStatistics};

/// A sandbox with a program to start in it.
pub(crate) struct Prepared {
    pub sandbox: Box<dyn Sandbox>,
    pub runtime_api: TcpListener,
    pub program: Program,
    /// Takes the place of the program's first start.
    pub parked: Option<Parked>,
    pub log_stream: LogStreamName,
    /// For INIT_START.
    pub runtime_description: Option<String>,
    pub note: Option<String>,
    /// Kept as long as the environment.
    pub guards: Box<dyn Any + Send>,
}

fn failed(text: &str) -> StartFailure {
    StartFailure::Unavailable(Unavailable::Failed(text.to_owned()))
}

fn unavailable(error: &SandboxError) -> StartFailure {
    match error {
        SandboxError::Exhausted(reason) => {
            tracing::warn!(reason, "the machine has no room for another environment");
            StartFailure::Unavailable(Unavailable::NoRoom)
        }
        error => failed(&error.to_string()),
    }
}
