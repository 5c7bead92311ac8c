//! Linux isolation for one execution environment. The only crate that may say `unsafe`.
#![expect(unsafe_code, reason = "clone3, the mount API and namespaces have no safe wrapper")]

pub mod network;
mod spec;

pub use self::spec::{
    Exit, Listeners, Mount, Output, Program, Sandbox, SandboxError, SandboxSpec, Sandboxes,
};
