//! AWS's shapes and how the service answers them.

mod get_caller_identity;
mod shapes {
    include!(concat!(env!("OUT_DIR"), "/shapes.rs"));
}

use std::sync::Arc;

/// Answers the operations of STS. It has no state: all it says stands in the request.
struct Sts;

pub fn service() -> impl hob_wire::Service {
    shapes::service(Arc::new(Sts))
}

#[cfg(test)]
mod tests;
