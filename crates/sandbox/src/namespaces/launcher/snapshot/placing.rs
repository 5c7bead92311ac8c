//! From a fork of the original to a process of a sandbox: what the init of a sandbox does before it starts a program, put
//! into a process that stands still.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;

use rustix::process::{Pid, getpid};

use super::super::super::message::{CopyLimits, CopyPlace};
use super::batch::{Call, Workbench};
use super::registers::set_result;
use super::tracee::{Puppet, Registers, Stop, Tracee};

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

/// The original, and how it reaches what belongs to this process.
pub(super) struct Source {
    original: Puppet,
    /// Of this process, as the original knows it.
    server: u64,
}

impl Source {
    pub(super) fn open(original: Puppet) -> io::Result<Self> {
        let this = getpid().as_raw_pid();
        let server = original.call(libc::SYS_pidfd_open, [number(this), 0, 0, 0, 0, 0])?;
        Ok(Self { original, server })
    }

    /// Forks the original into a place. The fork goes on where `at` is about to fork, as its child, and stands until it
    /// is told to.
    pub(super) fn place(
        &self,
        memory: Memory,
        at: &Paused,
        place: &Place,
        limits: &CopyLimits,
    ) -> io::Result<Tracee> {
        let child = fork(self.original, memory, at, place, self.server)?;
        let placing = Placing { child, server: self.server, limits, place };
        match placing.enter(memory).and_then(|()| placing.resume(at)) {
            Ok(()) => Ok(child.tracee),
            Err(error) => {
                let _ = rustix::process::kill_process(child.tracee.0, rustix::process::Signal::KILL);
                Err(error)
            }
        }
    }

    /// Nobody waits for this any more.
    pub(super) fn close(self) -> io::Result<()> {
        // This process is where the original is.
        set_namespace(self.original, self.server, libc::CLONE_NEWPID)?;
        close(self.original, self.server)
    }
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
    match memory {
        Memory::Shared => {
            take_number(original)?;
            fork_as(original, libc::CLONE_VM | libc::CLONE_FILES | libc::CLONE_SIGHAND, at)
        }
        Memory::Copied => fork_as(original, 0, at),
    }
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
        let bench = Workbench::open(self.child)?;
        let content = Content::new(bench.content(), self.limits);
        bench.put(&content.bytes)?;
        let descriptors = self.fetched(&bench)?;
        let calls = [self.placement(&descriptors, &content, memory), self.without_rights(&bench, &content)];
        bench.make(&calls.concat())?;
        bench.close()
    }

    /// What is needed of this process's descriptors: some cannot be fetched any more from within the first namespace.
    fn fetched(&self, bench: &Workbench) -> io::Result<Vec<u64>> {
        let Place { output, entrances, namespaces, .. } = self.place;
        let output = output.iter().map(AsRawFd::as_raw_fd);
        let entrances = entrances.iter().map(AsRawFd::as_raw_fd);
        let namespaces = namespaces.iter().map(|(_, namespace)| namespace.as_raw_fd());
        let wanted = output.chain(entrances).chain(namespaces);
        let fetch = |descriptor| (libc::SYS_pidfd_getfd, [self.server, number(descriptor), 0, 0, 0, 0]);
        let calls: Vec<Call> = wanted.map(fetch).collect();
        bench.make(&calls)?;
        bench.results(calls.len())
    }

    fn placement(&self, descriptors: &[u64], content: &Content, memory: Memory) -> Vec<Call> {
        let (output, others) = descriptors.split_at(self.place.output.len());
        let (entrances, namespaces) = others.split_at(self.place.entrances.len());
        let output = output.iter().zip(1..);
        let output = output.map(|(from, standard)| (libc::SYS_dup3, [*from, standard, 0, 0, 0, 0]));
        let entrances =
            entrances.iter().map(|entrance| (libc::SYS_write, [*entrance, content.itself, 1, 0, 0, 0]));
        let namespaces = namespaces.iter().zip(&self.place.namespaces);
        let namespaces = namespaces
            .map(|(namespace, (kinds, _))| (libc::SYS_setns, [*namespace, (*kinds).into(), 0, 0, 0, 0]));
        let own = (memory == Memory::Copied).then_some(&self.server);
        let closed = descriptors.iter().chain(own);
        let closed = closed.map(|descriptor| (libc::SYS_close, [*descriptor, 0, 0, 0, 0, 0]));
        let session = (libc::SYS_setsid, [0; 6]);
        output.chain(entrances).chain(namespaces).chain(closed).chain([session]).collect()
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

    fn without_rights(&self, bench: &Workbench, content: &Content) -> Vec<Call> {
        let mut calls = match self.limits.user_and_group {
            // Whoever enters a namespace of users has all capabilities there, and an exec would give them back.
            None => known_capabilities().map(|known| control(libc::PR_CAPBSET_DROP, known, 0)).collect(),
            Some((user, group)) => {
                let (user, group) = (u64::from(user), u64::from(group));
                vec![
                    (libc::SYS_setgroups, [0; 6]),
                    (libc::SYS_setresgid, [group, group, group, 0, 0, 0]),
                    (libc::SYS_setresuid, [user, user, user, 0, 0, 0]),
                ]
            }
        };
        let capabilities = bench.content();
        calls.push((libc::SYS_capset, [capabilities, capabilities + CAPABILITIES_AT, 0, 0, 0, 0]));
        // The kernel has hidden a process that changed its user from that user: /proc/self would be root's.
        calls.push(control(libc::PR_SET_DUMPABLE, 1, 0));
        let filter = number(libc::SECCOMP_MODE_FILTER.cast_signed());
        calls.extend(content.filters.iter().map(|at| control(libc::PR_SET_SECCOMP, filter, *at)));
        calls
    }
}

/// That the kernel knows.
fn known_capabilities() -> impl Iterator<Item = u64> {
    // SAFETY: the arguments are numbers.
    let is_known = |number: &u64| unsafe { libc::prctl(libc::PR_CAPBSET_READ, *number, 0, 0, 0) } >= 0;
    (0..CAPABILITIES_MAX).take_while(is_known)
}

fn control(option: i32, first: u64, second: u64) -> Call {
    (libc::SYS_prctl, [number(option), first, second, 0, 0, 0])
}

/// What the kernel reads from memory.
struct Content {
    bytes: Vec<u8>,
    /// Where each of the filters of system calls (`struct sock_fprog`) is.
    filters: Vec<u64>,
    /// Where there is the number by which a process names itself to a control group.
    itself: u64,
}

impl Content {
    /// To be put at this address.
    fn new(address: u64, limits: &CopyLimits) -> Self {
        const INSTRUCTION: usize = 8;
        let mut bytes: Vec<u8> = NO_CAPABILITIES.iter().flat_map(|word| word.to_ne_bytes()).collect();
        let mut filters = Vec::new();
        for filter in &limits.filters {
            let instructions = address + bytes.len() as u64;
            bytes.extend(filter.as_bytes());
            filters.push(address + bytes.len() as u64);
            bytes.extend(((filter.len() / INSTRUCTION) as u64).to_ne_bytes());
            bytes.extend(instructions.to_ne_bytes());
        }
        let itself = address + bytes.len() as u64;
        bytes.push(b'0');
        Self { bytes, filters, itself }
    }
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
        let Content { bytes: content, filters, .. } = Content::new(1000, &limits);
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
