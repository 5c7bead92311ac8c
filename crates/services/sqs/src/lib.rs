//! The Simple Queue Service: queues, and the messages that wait in them.
//!
//! [`service`](service()) answers AWS's operations over [`Queues`], which is a [`QueueService`](hob_delivery::QueueService),
//! too. A server runs [`Queues::run`] beside it.

mod api;
mod attributes;
mod batch;
mod delivery;
mod digest;
mod error;
mod handle;
mod hide;
mod line;
mod manage;
mod message;
mod moving;
mod name;
mod permission;
mod queue;
mod receive;
mod redrive;
mod registry;
mod send;
mod service;
mod sweep;
mod system_attributes;
mod tags;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use self::api::service;
pub use self::error::SqsError;
pub use self::service::Queues;
