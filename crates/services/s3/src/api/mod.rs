//! AWS's shapes and how the service answers them.

mod browser;
mod bucket;
mod configuration;
mod context;
mod error;
mod list;
mod multipart;
mod notification;
mod object;
mod shapes {
    include!(concat!(env!("OUT_DIR"), "/shapes.rs"));
}
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::S3;

/// Answers the operations of S3.
pub fn service(s3: Arc<S3>) -> impl hob_wire::Service {
    shapes::service(s3)
}
