//! What the store of queues promises.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fifo;
mod model;
mod moves;
mod sample;
mod standard;
mod sweep;
