//! From a fork of the launcher in fresh namespaces to a sandbox that is ready for a program.

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use super::super::channel;
use super::super::launcher::{self, GROUP, Stage, USER, map_ids};
use super::super::message::{FromInit, Furnished};
use super::super::problem::{Doing, Result};
use super::serve::Init;
use super::supervision::Supervision;
use super::{privileges, root};
use crate::seccomp::Filters;
use crate::{SandboxSpec, sys};

/// What the launcher made for this sandbox.
pub(crate) struct Furnishing<'a> {
    pub(crate) spec: &'a SandboxSpec,
    pub(crate) stage: &'a Stage,
    /// What becomes `/tmp`; without it, that is memory.
    pub(crate) tmp: Option<&'a OwnedFd>,
    pub(crate) listeners: &'a [TcpListener; 2],
    /// Where a program joins the sandbox's control groups.
    pub(crate) entrances: &'a [File],
    pub(crate) seccomp: &'a Filters,
    /// Whether a control group does.
    pub(crate) limits_memory: bool,
    pub(crate) rootless: bool,
    /// Where the launcher waits for the namespaces of an init that it cannot look at.
    pub(crate) shown_to: Option<&'a OwnedFd>,
}

/// Builds the sandbox and tells the server that it is ready.
pub(super) fn furnish<'a>(channel: &OwnedFd, furnishing: Furnishing<'a>) -> Result<Init<'a>> {
    let Furnishing { spec, stage, tmp, listeners, entrances, seccomp, limits_memory, rootless, shown_to } =
        furnishing;
    if let Some(launcher) = shown_to {
        launcher::show(launcher)?;
    }
    close_what_is_the_launchers(channel, tmp, listeners, entrances)?;
    if rootless {
        map_ids(USER, 0, GROUP, 0)?;
    }
    sys::set_host_name("sandbox").doing("naming the sandbox")?;
    bound_shared_memory(rootless)?;
    root::build(spec, stage, tmp)?;
    // Pages of a `/tmp` in memory count in the group, whose limit is higher by its size.
    let must_supervise = tmp.is_none() || !limits_memory;
    let supervision = must_supervise.then(|| Supervision::new(spec.memory));
    privileges::reduce(rootless, supervision.is_some())?;
    // Where a function has the init's user, a signal with a handler (Rust and glibc install some) would interrupt it.
    // From the default action the kernel protects the first process of a namespace.
    sys::restore_signals();
    let children = sys::signal_descriptor(libc::SIGCHLD).doing("watching for children")?;
    seccomp.install().doing("installing the system call filters")?;
    let listeners = listeners.each_ref().map(AsFd::as_fd);
    let ready = FromInit::Ready(Furnished { tmp_is_memory: tmp.is_none(), init: 1 });
    channel::send(channel, &ready, &listeners).doing("telling the server")?;
    Ok(Init::new(children, entrances, rootless, supervision))
}

/// System V segments outlive the processes that made them: so that what is left after a reset leaves room for a runtime.
/// An ordinary user may not set that; there, who only looks at processes refuses segments.
fn bound_shared_memory(rootless: bool) -> Result<()> {
    const PAGES_MAX: &str = "4096";
    if rootless {
        return Ok(());
    }
    fs::write("/proc/sys/kernel/shmall", PAGES_MAX).doing("bounding shared memory")
}

fn close_what_is_the_launchers(
    channel: &OwnedFd,
    tmp: Option<&OwnedFd>,
    listeners: &[TcpListener],
    entrances: &[File],
) -> Result<()> {
    let mut keep = vec![channel.as_raw_fd()];
    keep.extend(tmp.map(AsRawFd::as_raw_fd));
    keep.extend(listeners.iter().map(AsRawFd::as_raw_fd));
    keep.extend(entrances.iter().map(AsRawFd::as_raw_fd));
    sys::close_all_but(&mut keep).doing("closing the launcher's descriptors")?;
    let null = fs::OpenOptions::new().write(true).open("/dev/null").doing("opening /dev/null")?;
    rustix::stdio::dup2_stdout(&null).doing("leaving standard output")?;
    rustix::stdio::dup2_stderr(&null).doing("leaving standard error")
}
