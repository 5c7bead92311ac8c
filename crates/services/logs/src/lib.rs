//! CloudWatch Logs: log groups, their streams, and the events in them.
//!
//! [`service`](service()) answers AWS's operations over [`Logs`]; [`LogWriter`] takes what functions log. A server runs
//! [`LogWriter::run`] and [`sweep`] beside it.

mod api;
mod error;
mod group;
mod page;
mod pattern;
mod put;
mod read;
mod retention;
mod search;
mod service;
mod stream;
mod tags;
mod token;
mod writer;

pub use self::api::service;
pub use self::error::LogsError;
pub use self::pattern::{FilterPattern, InvalidPattern};
pub use self::retention::sweep;
pub use self::service::Logs;
pub use self::writer::LogWriter;
