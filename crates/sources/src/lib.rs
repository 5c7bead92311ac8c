//! Event sources: what brings events from where they wait to the functions that want them.
//!
//! [`Sources`] has one poller for each event source mapping that is to bring events. It learns of mappings through
//! [`Mappings`], and meets queues and functions as `hob-delivery` has them.

mod backoff;
mod leases;
mod mappings;
mod queue;
mod reconcile;
mod sources;
#[cfg(test)]
mod sources_tests;
#[cfg(test)]
mod testing;

pub use self::mappings::Mappings;
pub use self::sources::{Sources, SourcesOptions};
