//! The tier `landlock`: what works in its sandboxes, what does not get out of them, and that nothing of them stays.
//!
//! Where the kernel has no Landlock each test says so and passes.

#![expect(clippy::unwrap_used, reason = "in a test a panic is how one says that something is wrong")]

mod files;
#[path = "../sandbox/layers.rs"]
mod layers;
#[path = "../sandbox/ordinary_user.rs"]
mod ordinary_user;
mod processes;
mod support;
