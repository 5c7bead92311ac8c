//! From an ordinary process to pid 1 of the launcher's own namespaces.

use std::fs;
use std::os::fd::OwnedFd;

use rustix::mount::{MountPropagationFlags, mount_change};
use rustix::process::{Pid, Signal, WaitOptions, getegid, geteuid, set_parent_process_death_signal, waitpid};
use rustix::thread::{UnshareFlags, unshare_unsafe};

use super::super::problem::{Doing, Result};
use crate::sys::{self, Forked};

pub(super) enum Entered {
    /// The process that the server started; it only waits for the other, so that the server's `wait` and the
    /// death signal reach the namespaces.
    Outside(Pid),
    Inside {
        rootless: bool,
    },
}

/// Takes the channel out of standard input and leaves `/dev/null` there.
pub(crate) fn take_control() -> Result<OwnedFd> {
    let control = rustix::io::fcntl_dupfd_cloexec(std::io::stdin(), 3).doing("taking the control channel")?;
    let null = fs::File::open("/dev/null").doing("opening /dev/null")?;
    rustix::stdio::dup2_stdin(null).doing("leaving the control channel")?;
    Ok(control)
}

pub(super) fn enter() -> Result<Entered> {
    die_with_parent()?;
    let rootless = unshare_namespaces()?;
    match sys::fork().doing("forking")? {
        Forked::Parent(inner) => Ok(Entered::Outside(inner)),
        Forked::Child => {
            die_with_parent()?;
            // One for all sandboxes: the functions may not use it, and an ordinary user has only 200 at a time.
            sys::join_new_session_keyring().doing("leaving the server's keyring")?;
            // What the host mounts later is seen here; what is mounted here is not seen there.
            let propagation = MountPropagationFlags::DOWNSTREAM | MountPropagationFlags::REC;
            mount_change("/", propagation).doing("separating the mounts")?;
            Ok(Entered::Inside { rootless })
        }
    }
}

pub(super) fn wait_for(inner: Pid) -> Result<()> {
    waitpid(Some(inner), WaitOptions::empty()).map(drop).doing("waiting for the launcher")
}

fn die_with_parent() -> Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL)).doing("asking for the parent's death signal")
}

/// With root's rights if we have them, else with those that a user namespace gives. `true` for the latter.
fn unshare_namespaces() -> Result<bool> {
    let namespaces = UnshareFlags::NEWPID | UnshareFlags::NEWNS;
    // SAFETY: only the flags that move the file descriptor table or the address space are dangerous.
    if unsafe { unshare_unsafe(namespaces) }.is_ok() {
        return Ok(false);
    }
    let (user, group) = (geteuid(), getegid());
    // SAFETY: as above.
    unsafe { unshare_unsafe(namespaces | UnshareFlags::NEWUSER) }.doing("making a user namespace")?;
    map_ids(0, user.as_raw(), 0, group.as_raw())?;
    Ok(true)
}

/// Gives this process's user and group other numbers in the user namespace that it has just entered.
pub(crate) fn map_ids(user: u32, outer_user: u32, group: u32, outer_group: u32) -> Result<()> {
    // Without this the kernel lets nobody map a group: a process could otherwise drop a group that denies.
    fs::write("/proc/self/setgroups", "deny").doing("giving up supplementary groups")?;
    fs::write("/proc/self/uid_map", format!("{user} {outer_user} 1")).doing("mapping the user")?;
    fs::write("/proc/self/gid_map", format!("{group} {outer_group} 1")).doing("mapping the group")
}
