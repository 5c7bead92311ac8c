//! System calls that another process makes in place of the one that wants them.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::{FromRawFd, OwnedFd};

use seccompiler::BpfProgram;

use super::{answer, by_number, shared_host};

/// A filter that hands calls to whoever listens.
pub(crate) struct Asked {
    handing_on: BpfProgram,
    refusing: BpfProgram,
}

impl Asked {
    /// What changes a file's mode and times by its name.
    pub(crate) fn compile() -> io::Result<Self> {
        let filter = |what| {
            let answers: BTreeMap<i64, u32> = shared_host::ASKED.iter().map(|call| (*call, what)).collect();
            by_number::filter(&answers, libc::SECCOMP_RET_ALLOW)
        };
        Ok(Self { handing_on: filter(libc::SECCOMP_RET_USER_NOTIF)?, refusing: filter(answer(libc::EPERM))? })
    }

    /// From here on, and for all that this process starts: the kernel asks on the descriptor that is returned. `None`
    /// where somebody listens already, such as who runs this container; then the calls are refused.
    pub(crate) fn install(&self) -> io::Result<Option<OwnedFd>> {
        match install(&self.handing_on, libc::SECCOMP_FILTER_FLAG_NEW_LISTENER) {
            // SAFETY: the kernel has just made the descriptor, so it belongs to nobody else.
            Ok(listener) => Ok(Some(unsafe { OwnedFd::from_raw_fd(listener) })),
            Err(_) => install(&self.refusing, 0).map(|_| None),
        }
    }
}

fn install(program: &BpfProgram, flags: libc::c_ulong) -> io::Result<i32> {
    let length = u16::try_from(program.len()).map_err(io::Error::other)?;
    // The kernel's structure; seccompiler's instructions are laid out as the kernel's.
    let filter = libc::sock_fprog { len: length, filter: program.as_ptr().cast_mut().cast() };
    // SAFETY: the kernel reads as many instructions as are there, and writes nothing.
    let result =
        unsafe { libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, flags, &raw const filter) };
    i32::try_from(result).ok().filter(|result| *result >= 0).ok_or_else(io::Error::last_os_error)
}
