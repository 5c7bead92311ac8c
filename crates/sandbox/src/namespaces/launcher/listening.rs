//! A sandbox's network namespace, with the listeners on which the server serves it.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::os::fd::{AsFd, OwnedFd};

use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with};
use rustix::thread::{LinkNameSpaceType, UnshareFlags, move_into_link_name_space, unshare_unsafe};

use super::super::problem::{Doing, Result};
use crate::sys;

/// AWS's own address of the Runtime API; only this sandbox sees it.
const ADDRESS: Ipv4Addr = Ipv4Addr::new(169, 254, 100, 1);
const RUNTIME_API_PORT: u16 = 9001;
const AWS_ENDPOINT_PORT: u16 = 4566;

/// A network namespace that is ready to be a sandbox's.
#[derive(Debug)]
pub(crate) struct Network {
    pub(super) namespace: OwnedFd,
    pub(crate) runtime_api: TcpListener,
    pub(crate) aws_endpoint: TcpListener,
}

impl Network {
    /// The calling process visits the new namespace and comes back. `home` is the one that it comes from.
    ///
    /// The namespace belongs to the launcher's user namespace, not to the sandbox's, so even a process with all
    /// capabilities inside the sandbox could not change it.
    pub(super) fn create(home: &OwnedFd) -> Result<Self> {
        // SAFETY: only the flags that move the file descriptor table or the address space are dangerous.
        unsafe { unshare_unsafe(UnshareFlags::NEWNET) }.doing("making a network namespace")?;
        let network = Self::furnish();
        move_into_link_name_space(home.as_fd(), Some(LinkNameSpaceType::Network))
            .doing("returning from a network namespace")?;
        network
    }

    fn furnish() -> Result<Self> {
        let socket = socket_with(AddressFamily::INET, SocketType::DGRAM, SocketFlags::CLOEXEC, None)
            .doing("opening a socket")?;
        sys::raise_loopback(socket.as_fd(), ADDRESS).doing("setting up the loopback interface")?;
        Ok(Self {
            namespace: current()?,
            runtime_api: listen(RUNTIME_API_PORT)?,
            aws_endpoint: listen(AWS_ENDPOINT_PORT)?,
        })
    }
}

/// The network namespace of the calling process.
pub(super) fn current() -> Result<OwnedFd> {
    File::open("/proc/self/ns/net").map(OwnedFd::from).doing("opening the network namespace")
}

fn listen(port: u16) -> Result<TcpListener> {
    let listener = TcpListener::bind((ADDRESS, port)).doing("listening inside the sandbox")?;
    listener.set_nonblocking(true).doing("listening inside the sandbox")?;
    Ok(listener)
}
