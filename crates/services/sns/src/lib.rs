//! The Simple Notification Service: topics, who subscribes to them, and the messages on their way.
//!
//! [`service`](service()) answers AWS's operations over [`Sns`], [`Sns::route`] what the URLs in its messages lead to,
//! and other services publish through `hob_delivery::TopicService`. A server runs [`Sns::run`] beside it: what was
//! published is stored with one delivery for each subscription, and `run` brings the deliveries to their end.

mod api;
mod arn;
mod deliver;
mod envelope;
mod error;
mod filter;
mod neighbour;
mod page;
mod publish;
mod retry;
mod service;
mod signature;
mod subscription;
#[cfg(test)]
mod testing;
mod topic;
mod urls;

pub use self::api::service;
pub use self::deliver::{HttpFailure, HttpPost, HttpRequest, SystemHttp};
pub use self::error::SnsError;
pub use self::service::{Sns, SnsOptions};
