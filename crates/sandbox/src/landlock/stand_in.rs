//! Changes the modes and times of files in place of a function.
//!
//! Landlock lets these calls pass wherever they point, and the files of the server's user are this user's. So seccomp
//! hands them to the supervisor, which looks the file up by itself and changes it if it lies in the sandbox's own
//! directory for temporary files. It never lets the function's own call go on with a name: that could lead elsewhere by
//! then.

use std::ffi::CString;
use std::fs::{self, File, Permissions};
use std::io;
use std::mem;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{
    AtFlags, CWD, Mode, OFlags, ResolveFlags, Timespec, Timestamps, UTIME_NOW, open, openat2, utimensat,
};

/// fchmodat2, which older headers have not.
const FCHMODAT2: i64 = 452;
/// As long as a path may be, its end included.
const PATH_MAX: usize = 4096;

pub(super) struct StandIn {
    /// Where the kernel asks.
    pub(super) listener: OwnedFd,
    tmp: PathBuf,
}

/// What one call is to change.
struct Change {
    /// Where a relative path begins: a descriptor of the function's, or its working directory.
    directory: i32,
    path: CString,
    follows_links: bool,
    kind: Kind,
}

enum Kind {
    Mode(u32),
    Times(Timestamps),
}

impl StandIn {
    pub(super) fn new(listener: OwnedFd, directory: &Path) -> io::Result<Self> {
        Ok(Self { listener, tmp: fs::canonicalize(directory.join("tmp"))? })
    }

    /// One call, if there is one. Fails if nobody is left who could ask.
    pub(super) fn answer(&self) -> io::Result<()> {
        const NOW: Timespec = Timespec { tv_sec: 0, tv_nsec: 0 };
        let mut ready = [PollFd::new(&self.listener, PollFlags::IN)];
        poll(&mut ready, Some(&NOW))?;
        if !ready[0].revents().contains(PollFlags::IN) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let Some(call) = self.receive()? else { return Ok(()) };
        // SAFETY: it may be all zero, which says that the call succeeded.
        let mut answer: libc::seccomp_notif_resp = unsafe { mem::zeroed() };
        answer.id = call.id;
        match self.perform(&call) {
            Ok(true) => {}
            // By descriptor: the function may have only those of what it may open.
            Ok(false) => answer.flags = libc::SECCOMP_USER_NOTIF_FLAG_CONTINUE as u32,
            Err(error) => answer.error = -error.raw_os_error().unwrap_or(libc::EPERM),
        }
        // It fails only if the caller has ended meanwhile.
        let _ = self.control(libc::SECCOMP_IOCTL_NOTIF_SEND, &mut answer);
        Ok(())
    }

    /// `None`: the caller has ended meanwhile.
    fn receive(&self) -> io::Result<Option<libc::seccomp_notif>> {
        // SAFETY: it may be all zero, as the kernel demands it to be.
        let mut call: libc::seccomp_notif = unsafe { mem::zeroed() };
        match self.control(libc::SECCOMP_IOCTL_NOTIF_RECV, &mut call) {
            Err(error) if matches!(error.raw_os_error(), Some(libc::ENOENT | libc::EINTR)) => Ok(None),
            result => result.map(|()| Some(call)),
        }
    }

    fn control<T>(&self, request: libc::Ioctl, argument: &mut T) -> io::Result<()> {
        // SAFETY: each request reads and writes one value of the type that its caller passes, which outlives the call.
        match unsafe { libc::ioctl(self.listener.as_raw_fd(), request, &raw mut *argument) } {
            -1 => Err(io::Error::last_os_error()),
            _ => Ok(()),
        }
    }

    /// `false`: the call has no name in it, and may go on.
    fn perform(&self, call: &libc::seccomp_notif) -> io::Result<bool> {
        let process = PathBuf::from(format!("/proc/{}", call.pid));
        let memory = File::open(process.join("mem"))?;
        let Some(change) = Change::read(call, &memory)? else { return Ok(false) };
        let start = match change.directory {
            libc::AT_FDCWD => process.join("cwd"),
            descriptor => process.join(format!("fd/{descriptor}")),
        };
        let start = open(start, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
        // All that was opened is the caller's if it still waits: its number could have become another process's.
        let mut id = call.id;
        self.control(libc::SECCOMP_IOCTL_NOTIF_ID_VALID, &mut id)?;
        let follow = if change.follows_links { OFlags::empty() } else { OFlags::NOFOLLOW };
        let flags = OFlags::PATH | OFlags::CLOEXEC | follow;
        let file = openat2(start, change.path.as_c_str(), flags, Mode::empty(), ResolveFlags::NO_MAGICLINKS)?;
        self.apply(&file, &change.kind).map(|()| true)
    }

    /// The descriptor is of one file for good, and so is the answer where that lies: nothing from elsewhere can be
    /// moved or linked into the directory by a function.
    fn apply(&self, file: &OwnedFd, change: &Kind) -> io::Result<()> {
        let file = format!("/proc/self/fd/{}", file.as_raw_fd());
        if !fs::read_link(&file)?.starts_with(&self.tmp) {
            return Err(io::Error::from_raw_os_error(libc::EPERM));
        }
        match change {
            Kind::Mode(mode) => fs::set_permissions(&file, Permissions::from_mode(*mode)),
            Kind::Times(times) => Ok(utimensat(CWD, file.as_str(), times, AtFlags::empty())?),
        }
    }
}

impl Change {
    /// `None` if it is of a descriptor.
    fn read(call: &libc::seccomp_notif, memory: &File) -> io::Result<Option<Self>> {
        let arguments = call.data.args;
        let (directory, path, kind, flags) = match i64::from(call.data.nr) {
            #[cfg(target_arch = "x86_64")]
            libc::SYS_chmod => (libc::AT_FDCWD, arguments[0], Kind::Mode(mode(arguments[1])), 0),
            libc::SYS_fchmodat => (number(arguments[0]), arguments[1], Kind::Mode(mode(arguments[2])), 0),
            FCHMODAT2 => {
                (number(arguments[0]), arguments[1], Kind::Mode(mode(arguments[2])), number(arguments[3]))
            }
            libc::SYS_utimensat if arguments[1] == 0 => return Ok(None),
            libc::SYS_utimensat => {
                let times = Kind::Times(read_times(memory, arguments[2])?);
                (number(arguments[0]), arguments[1], times, number(arguments[3]))
            }
            _ => return Err(io::Error::from_raw_os_error(libc::ENOSYS)),
        };
        if flags & !libc::AT_SYMLINK_NOFOLLOW != 0 {
            return Err(io::Error::from_raw_os_error(libc::EINVAL));
        }
        Ok(Some(Self { directory, path: read_path(memory, path)?, follows_links: flags == 0, kind }))
    }
}

/// The kernel reads 32 bits of such an argument.
fn number(argument: u64) -> i32 {
    argument as i32
}

fn mode(argument: u64) -> u32 {
    argument as u32 & 0o7777
}

/// Ends where the page ends behind which nothing need be.
fn read_path(memory: &File, address: u64) -> io::Result<CString> {
    const PAGE: u64 = 4096;
    let mut path = Vec::with_capacity(PATH_MAX);
    while path.len() < PATH_MAX {
        let start = address.wrapping_add(path.len() as u64);
        let mut page = vec![0; (PAGE - start % PAGE) as usize];
        memory.read_exact_at(&mut page, start).map_err(|_| io::Error::from_raw_os_error(libc::EFAULT))?;
        if let Some(end) = page.iter().position(|byte| *byte == 0) {
            path.extend(&page[..end]);
            return Ok(CString::new(path)?);
        }
        path.extend(page);
    }
    Err(io::Error::from_raw_os_error(libc::ENAMETOOLONG))
}

/// Two of the kernel's `struct timespec`; without an address, now.
fn read_times(memory: &File, address: u64) -> io::Result<Timestamps> {
    let now = Timespec { tv_sec: 0, tv_nsec: UTIME_NOW };
    if address == 0 {
        return Ok(Timestamps { last_access: now, last_modification: now });
    }
    let mut bytes = [0; 32];
    memory.read_exact_at(&mut bytes, address).map_err(|_| io::Error::from_raw_os_error(libc::EFAULT))?;
    let mut numbers = bytes.chunks_exact(8).map(|bytes| {
        let mut number = [0; 8];
        number.copy_from_slice(bytes);
        i64::from_ne_bytes(number)
    });
    let mut next = || numbers.next().unwrap_or_default();
    let mut time = || Timespec { tv_sec: next(), tv_nsec: next() };
    Ok(Timestamps { last_access: time(), last_modification: time() })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_path_is_read_up_to_its_end_over_pages() {
        let mut memory = tempfile::tempfile().unwrap();
        let path = "d/".repeat(1500);
        memory.write_all(&[b"x".repeat(3000), path.clone().into_bytes(), vec![0; 5000]].concat()).unwrap();
        assert_eq!(read_path(&memory, 3000).unwrap().to_str().unwrap(), path);
    }

    #[test]
    fn what_has_no_end_or_is_not_there_is_refused() {
        let mut memory = tempfile::tempfile().unwrap();
        memory.write_all(&b"x".repeat(16384)).unwrap();
        let error = |address| read_path(&memory, address).unwrap_err().raw_os_error();
        assert_eq!(error(0), Some(libc::ENAMETOOLONG));
        assert_eq!(error(1 << 40), Some(libc::EFAULT));
    }
}
