//! How a process from outside enters the namespaces of a sandbox.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::process::{Pid, PidfdFlags, pidfd_open};

use super::super::channel;
use super::super::problem::{Doing, Result};

/// In the order in which an ordinary user has to enter them: the network namespace, which comes before these, belongs
/// to the launcher's user namespace, and whoever has entered the sandbox's has no rights to it any more.
const OPENED: [(&str, libc::c_int); 6] = [
    ("pid", libc::CLONE_NEWPID),
    ("user", libc::CLONE_NEWUSER),
    ("mnt", libc::CLONE_NEWNS),
    ("ipc", libc::CLONE_NEWIPC),
    ("uts", libc::CLONE_NEWUTS),
    ("cgroup", libc::CLONE_NEWCGROUP),
];

const ALL_BUT_PROCESSES: libc::c_int =
    libc::CLONE_NEWNS | libc::CLONE_NEWNET | libc::CLONE_NEWIPC | libc::CLONE_NEWUTS | libc::CLONE_NEWCGROUP;

/// The namespaces of one sandbox.
#[derive(Debug)]
pub(super) enum Doors {
    /// By its first process, which root may look at.
    Process(OwnedFd),
    /// An ordinary user's init hides from others, so it has opened them itself before.
    Opened { network: OwnedFd, others: Vec<OwnedFd> },
}

impl Doors {
    pub(super) fn of_process(init: Pid) -> Result<Self> {
        pidfd_open(init, PidfdFlags::empty()).map(Self::Process).doing("opening a sandbox's first process")
    }

    /// What an init sends by [`show`].
    pub(super) fn receive(from: &OwnedFd, network: BorrowedFd<'_>) -> Result<Self> {
        let doing = "receiving a sandbox's namespaces";
        let network = network.try_clone_to_owned().doing(doing)?;
        match channel::receive::<bool>(from).doing(doing)? {
            Some((_, others)) if others.len() == OPENED.len() => Ok(Self::Opened { network, others }),
            _ => Err(io::Error::from(io::ErrorKind::UnexpectedEof)).doing(doing),
        }
    }

    /// The namespace in which a process must be born, because nobody can enter it later.
    pub(super) fn processes(&self) -> BorrowedFd<'_> {
        match self {
            Self::Process(process) => process.as_fd(),
            Self::Opened { others, .. } => others[0].as_fd(),
        }
    }

    /// The others in the order in which to enter them, and what to take from each descriptor (`CLONE_NEW…`).
    pub(super) fn others(&self) -> Vec<(u32, BorrowedFd<'_>)> {
        let doors = match self {
            Self::Process(process) => vec![(ALL_BUT_PROCESSES, process.as_fd())],
            Self::Opened { network, others } => {
                let others = OPENED.iter().zip(others).skip(1);
                let others = others.map(|((_, kind), namespace)| (*kind, namespace.as_fd()));
                std::iter::once((libc::CLONE_NEWNET, network.as_fd())).chain(others).collect()
            }
        };
        doors.into_iter().map(|(kinds, door)| (kinds.cast_unsigned(), door)).collect()
    }
}

/// Sends this process's own namespaces to the launcher.
pub(crate) fn show(to: &OwnedFd) -> Result<()> {
    let open = |(name, _): &(&str, _)| File::open(format!("/proc/self/ns/{name}"));
    let opened = OPENED.iter().map(open).collect::<io::Result<Vec<File>>>().doing("opening namespaces")?;
    let opened: Vec<_> = opened.iter().map(AsFd::as_fd).collect();
    channel::send(to, &true, &opened).doing("showing the namespaces")
}
