//! The Simple Storage Service: buckets, the objects in them, and who is told of their changes.
//!
//! [`service`](service()) answers AWS's operations over [`S3`], which is also the [`BucketService`] of its neighbours.
//! A server runs [`S3::clean`] and [`S3::deliver`] beside it.
//!
//! [`BucketService`]: hob_delivery::BucketService

mod announce;
mod api;
mod bucket;
mod checksum;
mod clean;
mod configuration;
mod delivery;
mod error;
mod form;
mod multipart;
mod notification;
mod object;
mod owner;
mod page;
mod service;

pub use self::api::service;
pub use self::error::S3Error;
pub use self::service::{S3, S3Options};
