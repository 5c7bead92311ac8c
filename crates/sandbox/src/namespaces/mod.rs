//! The tier `namespaces`: sandboxes of kernel namespaces, control groups and seccomp.
//!
//! ```text
//!  server ──── control ────► launcher (pid 1 of its own namespaces; single-threaded)
//!     │                         │ clone3
//!     ├── one channel each ──► init of a sandbox (pid 1 in it) ── fork, exec ──► program
//!     └── by the launcher ───► zygote (in the launcher's namespace of processes) ── fork, setns ──► copy in a sandbox
//! ```
//!
//! Everything below the launcher dies with it, and it dies with the server. A sandbox ends when its channel is
//! closed, so a server that drops its handle, or is killed, leaves no process behind.

pub(crate) mod channel;
pub(crate) mod codec;
mod init;
mod keeper;
mod launcher;
mod line;
mod message;
mod mounts;
mod problem;
mod sandbox;
mod tier;
mod usage;
mod zygote;

pub(crate) use self::init::{Supervision, lower, lower_limits, start_with};
pub(crate) use self::launcher::{
    BESIDE_USR, DEVICES, ETC, PROCESSES_MAX, java_configurations, launcher_main, live, refuse, take_control,
};
pub(crate) use self::message::{
    Abilities, Configuration, Failure, FromInit, FromLauncher, Furnished, ToInit, ToLauncher,
};
pub(crate) use self::problem::{Doing, Result};
pub(crate) use self::sandbox::NamespacedSandbox;
pub(crate) use self::tier::Namespaces;
pub(crate) use self::usage::kilobytes;
