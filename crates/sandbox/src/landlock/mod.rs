//! The tier `landlock`: sandboxes that need no privilege, for where namespaces are refused, as in most containers.
//!
//! ```text
//!  server ──── control ────► launcher (subreaper; single-threaded)
//!     │                         │ fork
//!     └── one channel each ──► supervisor of a sandbox (subreaper) ── fork, Landlock, seccomp, exec ──► program
//! ```
//!
//! A program is confined by itself, before it is executed, and everything that it starts inherits that. There is no
//! namespace whose end would end its processes, so the supervisor finds them one by one: what a program leaves behind
//! becomes the supervisor's child, and what a killed supervisor leaves becomes the launcher's.

mod capabilities;
mod confine;
mod directory;
mod findings;
mod launcher;
mod limits;
mod peers;
mod ports;
mod removal;
mod rules;
mod ruleset;
mod sandbox;
mod stand_in;
mod supervisor;
mod tier;
mod tree;
mod usage;

pub(crate) use self::findings::findings;
pub(crate) use self::launcher::{MODE, launcher_main};
pub(crate) use self::tier::Landlocked;
