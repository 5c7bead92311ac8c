//! The Lambda service: functions and what may happen to them.
//!
//! [`Lambda::new`] makes it, [`Lambda::service`] and [`Lambda::code_route`] answer requests, and
//! [`Lambda::run`], which the server polls in a task of its own, does what happens in the background, and
//! [`Lambda::run_events`] runs functions for the events that were accepted.
//!
//! [`UsageWriter`] counts what invocations use, and [`UsageRoute`] tells; a server runs [`UsageWriter::run`] beside it.
//!
//! [`RequestQuotas`] stand in front of the service where they are wanted.
//!
//! `api` holds all that knows AWS's shapes and error codes; `function` the rules; `package` what is known of
//! deployment packages; `policy` what resource policies say; `signing` who
//! has signed a package, and `signing_config` whose packages a function trusts.

mod alias;
mod api;
mod capacity;
mod event;
mod event_invoke;
mod function;
mod function_url;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod layer;
mod lineage;
mod mapping;
mod package;
mod page;
mod policy;
mod provisioned;
mod request_counts;
mod resources;
mod runtime_management;
pub mod signing;
mod signing_config;
mod tag;
#[cfg(test)]
mod testing;
mod usage;
mod version;

pub use self::api::{Lambda, LambdaOptions, RequestQuotas, UsageRoute};
pub use self::function::Limits;
pub use self::usage::UsageWriter;
