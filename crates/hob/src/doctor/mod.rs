//! The examination of this machine. Works with and without a running server.

mod finding;
mod machine;
mod runtimes;
mod sandbox;
mod server;

pub use self::finding::{Finding, Grade};
pub use self::runtimes::{catalogue_options, summary as runtimes_summary};
pub use self::sandbox::{options as sandbox_options, summary as isolation_summary};
use crate::config::Config;
use crate::failure::Outcome;

/// Everything, in the order in which a reader would ask.
pub async fn examine(config: &Config) -> Outcome<Vec<Finding>> {
    let mut findings = sandbox::examine(config.isolation).await;
    findings.extend(runtimes::examine(config));
    findings.extend(machine::examine(config));
    findings.extend(server::examine(config).await);
    Ok(findings)
}
