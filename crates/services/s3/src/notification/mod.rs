//! Who is told of what happens to a bucket's objects.
//!
//! A [`NotificationConfiguration`] says it for one bucket; [`announce`](announce()) makes the events of a change of it,
//! within the change's transaction; `S3::deliver` hands them to functions, queues and topics.

mod announce;
mod backoff;
mod configuration;
mod deliver;
mod destination;
mod document;
mod error;
mod event_name;
mod event_type;
#[cfg(test)]
pub(crate) mod fake_neighbours;
mod filter;
mod lanes;
mod overlap;
mod put;
mod record;
mod rule;
mod test_event;
#[cfg(test)]
mod tests;
mod validate;

pub(crate) use self::announce::{SUB_RESOURCE, announce};
pub(crate) use self::configuration::NotificationConfiguration;
pub(crate) use self::destination::{Destination, DestinationKind};
pub(crate) use self::error::{NotificationError, Undeliverable};
pub(crate) use self::filter::{FilterRule, KeyFilter};
pub(crate) use self::rule::{NewRule, Rule};
pub(crate) use self::test_event::TestRequest;
