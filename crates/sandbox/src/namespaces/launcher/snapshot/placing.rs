//! From a fork of the original to a process of a sandbox: what the init of a sandbox does before it starts a program, put
//! into a process that stands still.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;

use rustix::process::{Pid, getpid};

use super::super::super::message::{CopyLimits, CopyPlace};
use super::registers::set_result;
use super::tracee::{Puppet, Registers, Stop, Tracee};

/// Room for the filters of system calls, and what else the kernel reads from memory, in bytes.
const SCRATCH: u64 = 64 << 10;

/// The third version of the format, for the process itself; and three empty sets of 64 capabilities.
const NO_CAPABILITIES: [u32; 8] = [0x2008_0522, 0, 0, 0, 0, 0, 0, 0];
const CAPABILITIES_AT: u64 = 8;
const CAPABILITIES_MAX: u64 = 64;

const CHILD_NUMBER_FLAGS: i32 = libc::CLONE_CHILD_SETTID | libc::CLONE_CHILD_CLEARTID;

/// Where a copy belongs, with the descriptors that came with the order.
pub(super) struct Place {
    output: [OwnedFd; 2],
    processes: OwnedFd,
    entrances: Vec<File>,
    /// And which to take of each.
    namespaces: Vec<(u32, OwnedFd)>,
}

impl Place {
    pub(super) fn new(order: &CopyPlace, descriptors: Vec<OwnedFd>) -> io::Result<Self> {
        let mut descriptors = descriptors.into_iter();
        let mut next = || descriptors.next().ok_or(io::ErrorKind::InvalidData);
        let (output, processes) = ([next()?, next()?], next()?);
        let entrances =
            (0..order.control_groups).map(|_| next().map(File::from)).collect::<Result<_, _>>()?;
        let namespaces = order.namespaces.iter().map(|kinds| Ok((*kinds, next()?)));
        let namespaces = namespaces.collect::<Result<_, io::ErrorKind>>()?;
        Ok(Self { output, processes, entrances, namespaces })
    }

    /// Has a process join the sandbox's control groups.
    pub(super) fn join(&self, process: Pid) -> io::Result<()> {
        let number = process.as_raw_pid().to_string();
        self.entrances.iter().try_for_each(|mut entrance| entrance.write_all(number.as_bytes()))
    }
}

/// What of the original a fork has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Memory {
    /// The same, and the same table of descriptors.
    Shared,
    /// A copy.
    Copied,
}

/// Forks the original into a place. The fork goes on where `at` is about to fork, as its child, and stands until it is
/// told to.
pub(super) fn place(
    original: Puppet,
    memory: Memory,
    at: &Paused,
    place: &Place,
    limits: &CopyLimits,
) -> io::Result<Tracee> {
    let this = getpid().as_raw_pid();
    let server = original.call(libc::SYS_pidfd_open, [number(this), 0, 0, 0, 0, 0])?;
    let child = fork(original, memory, at, place, server);
    let entered = child.and_then(|child| {
        let placing = Placing { child, server, limits, place };
        match placing.enter(memory).and_then(|()| placing.resume(at)) {
            Ok(()) => Ok(child.tracee),
            Err(error) => {
                let _ = rustix::process::kill_process(child.tracee.0, rustix::process::Signal::KILL);
                Err(error)
            }
        }
    });
    close(original, server)?;
    entered
}

/// A process that is about to fork.
pub(super) struct Paused {
    pub(super) registers: Registers,
    pub(super) flags: u64,
    /// Where its child's number is to be.
    pub(super) child_number: u64,
}

fn fork(original: Puppet, memory: Memory, at: &Paused, place: &Place, server: u64) -> io::Result<Puppet> {
    let processes = fetch(original, server, &place.processes)?;
    let entered = set_namespace(original, processes, libc::CLONE_NEWPID);
    close(original, processes)?;
    entered?;
    let forked = match memory {
        Memory::Shared => take_number(original).and_then(|()| {
            let shared = libc::CLONE_VM | libc::CLONE_FILES | libc::CLONE_SIGHAND;
            fork_as(original, shared, at)
        }),
        Memory::Copied => fork_as(original, 0, at),
    };
    // This process is where the original is.
    set_namespace(original, server, libc::CLONE_NEWPID)?;
    forked
}

/// Libraries know by its number that a process is a copy: so that it has another one than its copies, which are the
/// first processes of their sandboxes.
fn take_number(original: Puppet) -> io::Result<()> {
    let other = original.fork(number(libc::CLONE_PARENT | libc::SIGCHLD), 0)?.tracee;
    rustix::process::kill_process(other.0, rustix::process::Signal::KILL)?;
    other.expect(Stop::Ended)
}

fn fork_as(original: Puppet, shared: i32, at: &Paused) -> io::Result<Puppet> {
    let flags = number(libc::CLONE_PARENT | libc::SIGCHLD | shared);
    original.fork(flags | at.flags & number(CHILD_NUMBER_FLAGS), at.child_number)
}

struct Placing<'a> {
    child: Puppet,
    /// This process, as the child knows it.
    server: u64,
    limits: &'a CopyLimits,
    place: &'a Place,
}

impl Placing<'_> {
    fn enter(&self, memory: Memory) -> io::Result<()> {
        self.lower_resources()?;
        self.place.join(self.child.tracee.0)?;
        self.take_output()?;
        // What can be fetched now cannot be any more from within the first of them.
        let namespaces = self.place.namespaces.iter();
        let namespaces = namespaces.map(|(kinds, from)| Ok((*kinds, fetch(self.child, self.server, from)?)));
        let namespaces: Vec<(u32, u64)> = namespaces.collect::<io::Result<_>>()?;
        for (kinds, namespace) in namespaces {
            set_namespace(self.child, namespace, kinds.cast_signed())?;
            close(self.child, namespace)?;
        }
        if memory == Memory::Copied {
            close(self.child, self.server)?;
        }
        self.call(libc::SYS_setsid, [0; 6])?;
        self.give_up_rights()
    }

    /// It is as if its fork had returned.
    fn resume(&self, at: &Paused) -> io::Result<()> {
        let mut registers = at.registers.clone();
        set_result(&mut registers.general, 0);
        self.child.tracee.set_registers(&registers)
    }

    /// Where a limit is lower already, it stays.
    fn lower_resources(&self) -> io::Result<()> {
        let process = self.child.tracee.0.as_raw_pid();
        for (resource, most) in &self.limits.resources {
            let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
            // SAFETY: the kernel reads and writes one `rlimit`.
            unsafe {
                check(libc::prlimit(process, *resource as _, std::ptr::null(), &raw mut limit))?;
                let most = limit.rlim_max.min(*most);
                let lower = libc::rlimit { rlim_cur: most, rlim_max: most };
                check(libc::prlimit(process, *resource as _, &raw const lower, std::ptr::null_mut()))?;
            }
        }
        Ok(())
    }

    fn take_output(&self) -> io::Result<()> {
        for (from, standard) in self.place.output.iter().zip(1..) {
            let descriptor = fetch(self.child, self.server, from)?;
            self.call(libc::SYS_dup3, [descriptor, standard, 0, 0, 0, 0])?;
            close(self.child, descriptor)?;
        }
        Ok(())
    }

    fn give_up_rights(&self) -> io::Result<()> {
        let access = number(libc::PROT_READ | libc::PROT_WRITE);
        let kind = number(libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
        let scratch = self.call(libc::SYS_mmap, [0, SCRATCH, access, kind, u64::MAX, 0])?;
        let (content, filters) = scratch_content(scratch, self.limits);
        self.child.tracee.write(&content, scratch)?;
        match self.limits.user_and_group {
            // Whoever enters a namespace of users has all capabilities there, and an exec would give them back.
            None => self.drop_bounding_set()?,
            Some((user, group)) => {
                let (user, group) = (u64::from(user), u64::from(group));
                self.call(libc::SYS_setgroups, [0; 6])?;
                self.call(libc::SYS_setresgid, [group, group, group, 0, 0, 0])?;
                self.call(libc::SYS_setresuid, [user, user, user, 0, 0, 0])?;
            }
        }
        self.call(libc::SYS_capset, [scratch, scratch + CAPABILITIES_AT, 0, 0, 0, 0])?;
        // The kernel has hidden a process that changed its user from that user: /proc/self would be root's.
        self.control(libc::PR_SET_DUMPABLE, 1, 0)?;
        for filter in filters {
            self.control(libc::PR_SET_SECCOMP, number(libc::SECCOMP_MODE_FILTER.cast_signed()), filter)?;
        }
        self.call(libc::SYS_munmap, [scratch, SCRATCH, 0, 0, 0, 0]).map(drop)
    }

    fn drop_bounding_set(&self) -> io::Result<()> {
        for capability in 0..CAPABILITIES_MAX {
            match self.control(libc::PR_CAPBSET_DROP, capability, 0) {
                // That was the last one that the kernel knows.
                Err(error) if error.raw_os_error() == Some(libc::EINVAL) => return Ok(()),
                dropped => dropped?,
            }
        }
        Ok(())
    }

    fn control(&self, option: i32, first: u64, second: u64) -> io::Result<()> {
        self.call(libc::SYS_prctl, [number(option), first, second, 0, 0, 0]).map(drop)
    }

    fn call(&self, call: i64, arguments: [u64; 6]) -> io::Result<u64> {
        self.child.call(call, arguments)
    }
}

/// What the kernel reads at this address, and where each of the filters (`struct sock_fprog`) is in it.
fn scratch_content(address: u64, limits: &CopyLimits) -> (Vec<u8>, Vec<u64>) {
    const FILTER: usize = 8;
    let mut content: Vec<u8> = NO_CAPABILITIES.iter().flat_map(|word| word.to_ne_bytes()).collect();
    let mut filters = Vec::new();
    for filter in &limits.filters {
        let instructions = address + content.len() as u64;
        content.extend(filter.as_bytes());
        filters.push(address + content.len() as u64);
        content.extend(((filter.len() / FILTER) as u64).to_ne_bytes());
        content.extend(instructions.to_ne_bytes());
    }
    (content, filters)
}

/// Gets one of this process's descriptors.
fn fetch(to: Puppet, server: u64, descriptor: &OwnedFd) -> io::Result<u64> {
    to.call(libc::SYS_pidfd_getfd, [server, number(descriptor.as_raw_fd()), 0, 0, 0, 0])
}

fn set_namespace(of: Puppet, namespace: u64, kinds: i32) -> io::Result<()> {
    of.call(libc::SYS_setns, [namespace, number(kinds), 0, 0, 0, 0]).map(drop)
}

fn close(of: Puppet, descriptor: u64) -> io::Result<()> {
    of.call(libc::SYS_close, [descriptor, 0, 0, 0, 0, 0]).map(drop)
}

/// As the kernel takes an `int`.
fn number(value: i32) -> u64 {
    u64::from(value.cast_unsigned())
}

fn check(result: i32) -> io::Result<()> {
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_finds_each_filter_where_it_is_said_to_be() {
        let filters = vec!["12345678".into(), "abcdefghABCDEFGH".into()];
        let limits = CopyLimits { resources: Vec::new(), user_and_group: None, filters };
        let (content, filters) = scratch_content(1000, &limits);
        let word = |at: u64| {
            let at = usize::try_from(at - 1000).unwrap();
            u64::from_ne_bytes(content[at..at + 8].try_into().unwrap())
        };
        let found: Vec<&[u8]> = filters
            .iter()
            .map(|filter| {
                let start = usize::try_from(word(filter + 8) - 1000).unwrap();
                &content[start..start + 8 * usize::try_from(word(*filter)).unwrap()]
            })
            .collect();
        assert_eq!(found, [&b"12345678"[..], b"abcdefghABCDEFGH"]);
    }
}
