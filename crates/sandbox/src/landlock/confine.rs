//! What a program does to itself between fork and exec, so that it and all that it starts is confined.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use hob_types::EphemeralStorageMib;
use rustix::fs::Mode;
use rustix::process::{Pid, Resource, Signal, getppid, set_parent_process_death_signal, setsid, umask};

use super::capabilities;
use super::rules::ruleset;
use super::ruleset::Abi;
use crate::namespaces::{PROCESSES_MAX, channel, lower, lower_limits};
use crate::seccomp::{Asked, Filters};
use crate::{SandboxSpec, sys};

/// What every program of a sandbox is confined by.
pub(super) struct Confinement<'a> {
    pub(super) spec: &'a SandboxSpec,
    /// The sandbox's own.
    pub(super) directory: &'a Path,
    pub(super) abi: Abi,
    pub(super) seccomp: &'a Filters,
    pub(super) asked: &'a Asked,
    /// Where a program joins the sandbox's control groups.
    pub(super) entrances: &'a [File],
    /// Of the sandbox's two listeners.
    pub(super) ports: [u16; 2],
    /// The process that starts the programs.
    pub(super) supervisor: Pid,
}

impl Confinement<'_> {
    /// In the fork that becomes the program. `supervisor`: a channel to it, which gets the descriptor on which the kernel
    /// asks for what others must do in the program's place; or nothing, if nobody can be asked.
    pub(super) fn confine(&self, [stdout, stderr]: &[OwnedFd; 2], supervisor: &OwnedFd) -> io::Result<()> {
        set_parent_process_death_signal(Some(Signal::KILL))?;
        if getppid() != Some(self.supervisor) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        for mut entrance in self.entrances {
            entrance.write_all(b"0")?;
        }
        rustix::stdio::dup2_stdout(stdout.as_fd())?;
        rustix::stdio::dup2_stderr(stderr.as_fd())?;
        setsid()?;
        umask(Mode::from_raw_mode(0o022));
        sys::restore_signals();
        // So that a write beyond the limit of a file's size fails as on a full disk instead of ending the program.
        sys::ignore_signal(libc::SIGXFSZ)?;
        lower_limits()?;
        limit_files(self.spec.ephemeral_storage)?;
        limit_processes()?;
        capabilities::drop_all()?;
        ruleset(self.abi, self.spec, self.directory, self.ports)?.enforce()?;
        self.seccomp.install()?;
        match self.asked.install()? {
            Some(listener) => channel::send(supervisor, &true, &[listener.as_fd()]),
            None => Ok(()),
        }
    }
}

/// The whole of `/tmp` is watched; this bounds what one file takes before that is noticed.
fn limit_files(size: EphemeralStorageMib) -> io::Result<()> {
    Ok(lower(Resource::Fsize, size.bytes())?)
}

/// The kernel counts all processes of the user, whatever started them, so this is only what keeps a fork bomb from
/// filling the machine before the supervisor, who counts the sandbox's own, ends it. Root is not limited at all.
fn limit_processes() -> io::Result<()> {
    Ok(lower(Resource::Nproc, 8 * u64::from(PROCESSES_MAX))?)
}
