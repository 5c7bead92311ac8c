//! How asynchronous invocations of a version or alias are retried, and where their results go. The rules.

mod destination;
mod operations;
mod settings;

pub(crate) use self::destination::Destination;
pub(crate) use self::operations::EventInvokeError;
pub(crate) use self::settings::{Destinations, EventInvokeSettings};
