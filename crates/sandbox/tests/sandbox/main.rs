//! Real sandboxes: what works in them, what does not get out of them, and that nothing of them stays.
//!
//! Runs as root and as an ordinary user; as root, [`ordinary_user`] runs it again as one. Where no isolation is
//! possible each test says so and passes.

#![expect(clippy::unwrap_used, reason = "in a test a panic is how one says that something is wrong")]

mod attachment;
mod freezing;
mod isolation;
mod layers;
mod limits;
mod ordinary_user;
mod programs;
mod removal;
mod snapshots;
mod support;
mod zygotes;
