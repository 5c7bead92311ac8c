//! Starts a program: fork, leave the init's rights behind, exec.

use std::ffi::{CString, OsStr, OsString};
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;

use rustix::fs::Mode;
use rustix::process::{Pid, chdir, setsid, umask};

use super::privileges;
use crate::Program;
use crate::sys::{self, Forked};

/// A program as exec wants it.
pub(crate) struct Prepared {
    path: CString,
    arguments: Vec<CString>,
    environment: Vec<CString>,
    pub(crate) working_directory: CString,
}

/// What a program takes along into its new life.
pub(super) struct Surroundings<'a> {
    pub(super) stdout: OwnedFd,
    pub(super) stderr: OwnedFd,
    pub(super) entrances: &'a [File],
    pub(super) rootless: bool,
}

/// Returns when the program runs, or the kernel's reason why it does not.
pub(super) fn start(program: &Program, surroundings: Surroundings<'_>) -> io::Result<Pid> {
    start_with(program, || leave_init_behind(&surroundings))
}

/// Likewise; `prepare` is what the fork does before it becomes the program.
pub(crate) fn start_with(program: &Program, prepare: impl FnOnce() -> io::Result<()>) -> io::Result<Pid> {
    let prepared = Prepared::new(program)?;
    let (mut failure, report) = io::pipe()?;
    match sys::fork()? {
        Forked::Child => {
            let error = become_program(&prepared, prepare);
            let code = error.raw_os_error().unwrap_or(libc::EIO);
            // If nobody reads it, nobody waits for it.
            let _ = (&report).write_all(&code.to_ne_bytes());
            sys::exit_now(127)
        }
        Forked::Parent(child) => {
            drop((report, prepare));
            // A successful exec closes the pipe, and nothing was written.
            let mut code = [0; 4];
            match failure.read_exact(&mut code) {
                Ok(()) => Err(io::Error::from_raw_os_error(i32::from_ne_bytes(code))),
                Err(_) => Ok(child),
            }
        }
    }
}

/// Returns only on failure.
fn become_program(program: &Prepared, prepare: impl FnOnce() -> io::Result<()>) -> io::Error {
    let prepared = prepare().and_then(|()| Ok(chdir(program.working_directory.as_c_str())?));
    match prepared {
        Ok(()) => program.execute(),
        Err(error) => error,
    }
}

fn leave_init_behind(surroundings: &Surroundings<'_>) -> io::Result<()> {
    for mut entrance in surroundings.entrances {
        entrance.write_all(b"0")?;
    }
    rustix::stdio::dup2_stdout(surroundings.stdout.as_fd())?;
    rustix::stdio::dup2_stderr(surroundings.stderr.as_fd())?;
    setsid()?;
    umask(Mode::from_raw_mode(0o022));
    sys::restore_signals();
    privileges::lower_limits()?;
    if surroundings.rootless {
        privileges::limit_processes()?;
        privileges::drop_capabilities()?;
    } else {
        privileges::become_function_user()?;
    }
    Ok(())
}

impl Prepared {
    pub(crate) fn new(program: &Program) -> io::Result<Self> {
        Ok(Self {
            path: terminated(program.path.as_os_str())?,
            arguments: program
                .arguments
                .iter()
                .map(|argument| terminated(argument))
                .collect::<io::Result<_>>()?,
            environment: program.environment.iter().map(variable).collect::<io::Result<_>>()?,
            working_directory: terminated(program.working_directory.as_os_str())?,
        })
    }

    /// Returns only on failure.
    pub(crate) fn execute(&self) -> io::Error {
        sys::execute(&self.path, &self.arguments, &self.environment)
    }
}

fn variable((name, value): &(OsString, OsString)) -> io::Result<CString> {
    terminated(&[name.as_os_str(), value].join(OsStr::new("=")))
}

fn terminated(text: &OsStr) -> io::Result<CString> {
    Ok(CString::new(text.as_bytes())?)
}
