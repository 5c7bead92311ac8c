//! Linux isolation for one execution environment. The only crate that may say `unsafe`.
#![expect(unsafe_code, reason = "clone3, the mount API and namespaces have no safe wrapper")]

mod cgroup;
mod findings;
mod instance;
mod landlock;
mod namespaces;
pub mod network;
mod open;
mod peers;
mod report;
mod runtime_directory;
mod seccomp;
mod spec;
mod sys;
mod unavailable;

pub use self::open::{Options, open};
pub use self::peers::Peers;
pub use self::report::{Finding, Grade, Privileges, Report, Subject, Tier};
pub use self::runtime_directory::runtime_directory;
pub use self::spec::{
    Abilities, Exit, Listeners, Mount, Output, Program, Sandbox, SandboxError, SandboxSpec, Sandboxes,
    Specialisation, Zygote, ZygoteSpec,
};
pub use self::sys::raise_descriptor_limit;
use self::unavailable::Unavailable;

/// What `hob __launcher` runs, before anything else and on the process's only thread.
pub fn launcher_main() -> ! {
    match std::env::args_os().next_back() {
        Some(mode) if mode == landlock::MODE => landlock::launcher_main(),
        _ => namespaces::launcher_main(),
    }
}
