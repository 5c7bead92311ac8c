//! Landlock's three system calls.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::ptr;

/// What may be done with files. The numbers are those of linux/landlock.h.
pub(super) mod access {
    pub(crate) const EXECUTE: u64 = 1 << 0;
    pub(crate) const WRITE_FILE: u64 = 1 << 1;
    pub(crate) const READ_FILE: u64 = 1 << 2;
    pub(crate) const READ_DIR: u64 = 1 << 3;
    /// From version 2 on, until which nothing can be renamed or linked into another directory.
    pub(crate) const REFER: u64 = 1 << 13;
    /// From version 3 on.
    pub(crate) const TRUNCATE: u64 = 1 << 14;
    /// From version 5 on.
    pub(crate) const IOCTL_DEV: u64 = 1 << 15;

    /// All of version 1: besides the above, removing and making files of every kind.
    pub(crate) const VERSION_1: u64 = (1 << 13) - 1;
    /// Making the devices' kinds of files.
    pub(crate) const MAKE_DEVICE: u64 = 1 << 6 | 1 << 11;
    /// The part that a rule for a single file may have.
    pub(crate) const OF_FILE: u64 = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV;
}

const BIND_TCP: u64 = 1 << 0;
const CONNECT_TCP: u64 = 1 << 1;

const SCOPE_ABSTRACT_UNIX_SOCKET: u64 = 1 << 0;
const SCOPE_SIGNAL: u64 = 1 << 1;

/// The version of the kernel's Landlock. Each has all that those before it have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Abi(pub(super) u32);

impl Abi {
    /// `None`, with the kernel's reason, where it is not built in, not turned on, or refused by a filter.
    pub(crate) fn detect() -> io::Result<Self> {
        const VERSION: u32 = 1;
        // SAFETY: with this flag the kernel reads no attributes and returns a number.
        let version = unsafe {
            libc::syscall(libc::SYS_landlock_create_ruleset, ptr::null::<Attributes>(), 0_usize, VERSION)
        };
        checked(version).map(|version| Self(version.cast_unsigned()))
    }

    pub(crate) fn limits_truncation(self) -> bool {
        self >= Self(3)
    }

    /// Which TCP ports can be bound and connected to.
    pub(crate) fn limits_ports(self) -> bool {
        self >= Self(4)
    }

    /// Signals, and abstract Unix sockets, end at the sandbox's border.
    pub(crate) fn limits_signals(self) -> bool {
        self >= Self(6)
    }

    fn attributes(self) -> Attributes {
        let mut files = access::VERSION_1;
        for (version, right) in [(2, access::REFER), (3, access::TRUNCATE), (5, access::IOCTL_DEV)] {
            if self >= Self(version) {
                files |= right;
            }
        }
        Attributes {
            files,
            ports: if self.limits_ports() { BIND_TCP | CONNECT_TCP } else { 0 },
            scoped: if self.limits_signals() { SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL } else { 0 },
        }
    }
}

/// `struct landlock_ruleset_attr`. A kernel that does not know the last fields accepts them if they are zero.
#[repr(C)]
#[derive(Debug, PartialEq, Eq)]
struct Attributes {
    files: u64,
    ports: u64,
    scoped: u64,
}

/// `struct landlock_path_beneath_attr`, which is packed.
#[repr(C, packed)]
struct PathBeneath {
    allowed: u64,
    parent: RawFd,
}

/// `struct landlock_net_port_attr`.
#[repr(C)]
struct Port {
    allowed: u64,
    port: u64,
}

/// Everything that Landlock can forbid is forbidden, but for what is allowed.
pub(super) struct Ruleset {
    descriptor: OwnedFd,
    abi: Abi,
}

impl Ruleset {
    pub(super) fn new(abi: Abi) -> io::Result<Self> {
        let attributes = abi.attributes();
        // SAFETY: the kernel reads exactly the size that is passed; a new descriptor that it returns belongs to nobody
        // else.
        let descriptor = unsafe {
            let result = libc::syscall(
                libc::SYS_landlock_create_ruleset,
                &raw const attributes,
                size_of::<Attributes>(),
                0_u32,
            );
            OwnedFd::from_raw_fd(checked(result)?)
        };
        Ok(Self { descriptor, abi })
    }

    /// For an open file, or for an open directory and all below it. Rights that this version does not know are dropped:
    /// it does not forbid them either.
    pub(super) fn allow(&self, place: BorrowedFd<'_>, rights: u64) -> io::Result<()> {
        const PATH_BENEATH: u32 = 1;
        let allowed = rights & self.abi.attributes().files;
        let rule = PathBeneath { allowed, parent: place.as_raw_fd() };
        self.add(PATH_BENEATH, (&raw const rule).cast())
    }

    pub(super) fn allow_connecting_to(&self, port: u16) -> io::Result<()> {
        const NET_PORT: u32 = 2;
        if !self.abi.limits_ports() {
            return Ok(());
        }
        let rule = Port { allowed: CONNECT_TCP, port: port.into() };
        self.add(NET_PORT, (&raw const rule).cast())
    }

    fn add(&self, kind: u32, rule: *const libc::c_void) -> io::Result<()> {
        // SAFETY: each caller passes the attributes that belong to the kind, alive until this returns.
        let result = unsafe {
            libc::syscall(libc::SYS_landlock_add_rule, self.descriptor.as_raw_fd(), kind, rule, 0_u32)
        };
        checked(result).map(drop)
    }

    /// From here on, for this thread and for all that it starts. It must have given up new privileges, and be the only
    /// thread.
    pub(super) fn enforce(self) -> io::Result<()> {
        // SAFETY: the call has no memory demands.
        let result =
            unsafe { libc::syscall(libc::SYS_landlock_restrict_self, self.descriptor.as_raw_fd(), 0_u32) };
        checked(result).map(drop)
    }
}

fn checked(result: libc::c_long) -> io::Result<i32> {
    i32::try_from(result).ok().filter(|result| *result >= 0).ok_or_else(io::Error::last_os_error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_asked_of_a_version_that_it_does_not_know() {
        assert_eq!(Abi(1).attributes(), Attributes { files: 0x1fff, ports: 0, scoped: 0 });
        assert_eq!(Abi(2).attributes(), Attributes { files: 0x3fff, ports: 0, scoped: 0 });
        assert_eq!(Abi(3).attributes(), Attributes { files: 0x7fff, ports: 0, scoped: 0 });
        assert_eq!(Abi(4).attributes(), Attributes { files: 0x7fff, ports: 3, scoped: 0 });
        assert_eq!(Abi(5).attributes(), Attributes { files: 0xffff, ports: 3, scoped: 0 });
        assert_eq!(Abi(6).attributes(), Attributes { files: 0xffff, ports: 3, scoped: 3 });
        assert_eq!(Abi(7).attributes(), Abi(6).attributes());
    }
}
