//! From a fork of the launcher to a zygote: a program that sees what sandboxes of its kind see, and has the rights to
//! enter them.

use std::io::{self, Read, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use rustix::process::{Pid, chdir, setsid};

use super::super::channel;
use super::super::init;
use super::super::message::ZygoteOrder;
use super::super::problem::{Doing, Result};
use super::snapshot;
use super::stage::Stage;
use crate::sys::{self, Forked};

/// The environment variable that tells a zygote the number of its control descriptor.
const CONTROL: &str = "HOB_ZYGOTE";

/// A network of its own, with nothing in it. It stays in the launcher's namespace of processes, without which it could
/// not enter those of the sandboxes, and with which it ends.
const NAMESPACES: libc::c_int =
    libc::CLONE_NEWNS | libc::CLONE_NEWIPC | libc::CLONE_NEWUTS | libc::CLONE_NEWNET;

/// A program that runs and has said nothing yet.
#[derive(Debug)]
pub(super) struct ZygoteProcess {
    pub(super) process: Pid,
    pub(super) control: OwnedFd,
    output: io::PipeReader,
}

impl ZygoteProcess {
    pub(super) fn start(order: &ZygoteOrder, stage: &Stage) -> Result<Self> {
        let (control, theirs) = channel::pair().doing("making a channel")?;
        let (output, their_output) = io::pipe().doing("making a pipe")?;
        match sys::fork_into(NAMESPACES).doing("making a zygote's namespaces")? {
            Forked::Parent(process) => Ok(Self { process, control, output }),
            Forked::Child => {
                let Err(problem) = become_zygote(order, stage, &theirs, &their_output);
                let _ = writeln!(&their_output, "{problem}");
                sys::exit_now(127)
            }
        }
    }

    /// What it wrote before it ended.
    pub(super) fn last_words(&mut self) -> String {
        let mut words = String::new();
        // Copies may still have it open, so it may have no end.
        if rustix::io::ioctl_fionbio(&self.output, true).is_ok() {
            let _ = self.output.read_to_string(&mut words);
        }
        words.trim().lines().last().unwrap_or("it ended without a word").to_owned()
    }
}

/// Returns only on failure.
fn become_zygote(
    order: &ZygoteOrder,
    stage: &Stage,
    control: &OwnedFd,
    output: &io::PipeWriter,
) -> Result<std::convert::Infallible> {
    sys::close_all_but(&mut [control.as_raw_fd(), output.as_raw_fd()])
        .doing("closing the launcher's descriptors")?;
    // Its copies get other pipes in these places, and must not be able to tell that they were not there from the start.
    rustix::stdio::dup2_stdout(output.as_fd()).doing("leaving standard output")?;
    rustix::stdio::dup2_stderr(output.as_fd()).doing("leaving standard error")?;
    sys::set_host_name("sandbox").doing("naming the zygote's machine")?;
    init::build_root(&order.surroundings, stage, None)?;
    setsid().doing("making a session")?;
    sys::restore_signals();
    init::reduce_to_entering()?;
    if order.from_first_copy {
        let program = init::Prepared::new(&order.program).doing("preparing a program to copy")?;
        return snapshot::serve(&program, control);
    }
    rustix::io::fcntl_setfd(control, rustix::io::FdFlags::empty()).doing("passing the control channel on")?;
    execute(order, control)
}

fn execute(order: &ZygoteOrder, control: &OwnedFd) -> Result<std::convert::Infallible> {
    let mut program = order.program.clone();
    program.environment.push((CONTROL.into(), control.as_raw_fd().to_string().into()));
    let prepared = init::Prepared::new(&program).doing("preparing a zygote")?;
    chdir(prepared.working_directory.as_c_str()).doing("changing the zygote's directory")?;
    Err(prepared.execute()).doing(format_args!("executing {}", program.path.display()))
}
