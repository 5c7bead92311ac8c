//! The engine and its environments from outside, with sandboxes in memory.
#![expect(clippy::unwrap_used, reason = "a test may")]

mod ahead;
mod freezing;
mod hostile;
mod invocations;
mod json_logs;
mod provisioned;
mod room;
mod shards;
mod snapshots;
mod support;
mod usage;
