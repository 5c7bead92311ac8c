//! The tier `namespaces`: sandboxes of kernel namespaces, control groups and seccomp.
//!
//! ```text
//!  server ──── control ────► launcher (pid 1 of its own namespaces; single-threaded)
//!     │                         │ clone3
//!     └── one channel each ──► init of a sandbox (pid 1 in it) ── fork, exec ──► program
//! ```
//!
//! Everything below the launcher dies with it, and it dies with the server. A sandbox ends when its channel is
//! closed, so a server that drops its handle, or is killed, leaves no process behind.

mod channel;
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

pub(crate) use self::launcher::launcher_main;
pub(crate) use self::message::Abilities;
pub(crate) use self::tier::Namespaces;
