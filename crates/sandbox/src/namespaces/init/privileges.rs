//! What the init keeps of its rights, and what a program gets: nothing.

use rustix::process::{
    DumpableBehavior, Gid, Resource, Rlimit, Uid, getrlimit, set_dumpable_behavior, setrlimit,
};
use rustix::thread::{
    CapabilitySet, CapabilitySets, capabilities, remove_capability_from_bounding_set, set_capabilities,
    set_no_new_privs, set_thread_groups, set_thread_res_gid, set_thread_res_uid,
};

use super::super::launcher::{GROUP, PROCESSES_MAX, USER};
use super::super::problem::{Doing, Result};

/// Leaves the init with the right to signal and to become the function's user, and with nothing that an exec
/// could give back.
pub(super) fn reduce(rootless: bool, supervises: bool) -> Result<()> {
    bar_capabilities()?;
    // To read what processes use that are another user's, or that have hidden themselves (PR_SET_DUMPABLE).
    let supervising = if supervises { CapabilitySet::SYS_PTRACE } else { CapabilitySet::empty() };
    if rootless {
        // It shares the function's user, so it must not be open to that user's ptrace. Signals from inside do
        // not reach pid 1 anyway.
        set_dumpable_behavior(DumpableBehavior::NotDumpable).doing("hiding the init")?;
        keep_capabilities(supervising)
    } else {
        keep_capabilities(CapabilitySet::KILL | CapabilitySet::SETUID | CapabilitySet::SETGID | supervising)
    }
}

/// Leaves a zygote with the right to enter sandboxes and to become the function's user there, also after its exec.
pub(crate) fn reduce_to_entering() -> Result<()> {
    let kept = CapabilitySet::SYS_ADMIN
        | CapabilitySet::SYS_CHROOT
        | CapabilitySet::SYS_PTRACE
        | CapabilitySet::SETUID
        | CapabilitySet::SETGID;
    // Of what is barred an exec gives root only what it inherits, and what is barred can no longer be made inherited.
    let sets = capabilities(None).doing("asking for capabilities")?;
    set_capabilities(None, CapabilitySets { inheritable: kept, ..sets }).doing("keeping capabilities")?;
    bar_capabilities()?;
    let sets = CapabilitySets { effective: kept, permitted: kept, inheritable: kept };
    set_capabilities(None, sets).doing("dropping capabilities")
}

/// No exec gives any back.
fn bar_capabilities() -> Result<()> {
    for capability in CapabilitySet::all() {
        match remove_capability_from_bounding_set(capability) {
            // The kernel does not know all of them.
            Ok(()) | Err(rustix::io::Errno::INVAL) => {}
            error => error.doing("dropping capabilities")?,
        }
    }
    set_no_new_privs(true).doing("forbidding new privileges")
}

fn keep_capabilities(kept: CapabilitySet) -> Result<()> {
    let sets = CapabilitySets { effective: kept, permitted: kept, inheritable: CapabilitySet::empty() };
    set_capabilities(None, sets).doing("dropping capabilities")
}

/// Becomes the function's user, which takes the last capabilities.
pub(super) fn become_function_user() -> rustix::io::Result<()> {
    let (user, group) = (Uid::from_raw(USER), Gid::from_raw(GROUP));
    set_thread_groups(&[])?;
    set_thread_res_gid(group, group, group)?;
    set_thread_res_uid(user, user, user)
}

/// Exec would take them from a user that is not root; nothing need depend on it.
pub(super) fn drop_capabilities() -> rustix::io::Result<()> {
    let none = CapabilitySet::empty();
    set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none })
}

/// Where no control group counts processes. In a user namespace of the sandbox's own only its processes count.
pub(super) fn limit_processes() -> rustix::io::Result<()> {
    lower(Resource::Nproc, u64::from(PROCESSES_MAX))
}

/// As seen on AWS, but for core dumps: the host's handler for them is none of the function's business, and a
/// limit of exactly 1 is what keeps the kernel from calling it (see core(5)).
const LIMITS: [(Resource, u64); 3] =
    [(Resource::Nofile, 1024), (Resource::Memlock, 64 << 10), (Resource::Core, 1)];

/// The limits of a program, by the kernel's numbers, for a process that lowers them itself.
pub(crate) fn copy_resources(rootless: bool) -> Vec<(u32, u64)> {
    let processes = (Resource::Nproc, u64::from(PROCESSES_MAX));
    let limits = LIMITS.into_iter().chain(rootless.then_some(processes));
    limits.map(|(resource, wanted)| (resource as u32, wanted)).collect()
}

/// Lowers the limits; where the server's own are lower, those stay.
pub(crate) fn lower_limits() -> rustix::io::Result<()> {
    LIMITS.into_iter().try_for_each(|(resource, wanted)| lower(resource, wanted))
}

pub(crate) fn lower(resource: Resource, wanted: u64) -> rustix::io::Result<()> {
    let limit = getrlimit(resource).maximum.map_or(wanted, |maximum| maximum.min(wanted));
    setrlimit(resource, Rlimit { current: Some(limit), maximum: Some(limit) })
}
