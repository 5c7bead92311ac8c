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

use hob_wire::{Hooked, Service};

use self::browser::Browsers;
use crate::S3;

/// Answers the operations of S3, and what browsers ask beside them.
pub fn service(s3: Arc<S3>) -> impl Service {
    Hooked { service: shapes::service(s3.clone()), hook: Arc::new(Browsers(s3)) }
}
