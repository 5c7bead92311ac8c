//! A sandbox's network namespace, with the listeners on which the server serves it.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::os::fd::{AsFd, OwnedFd};

use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with};

use super::super::problem::{Doing, Result};
use crate::network::namespace;
use crate::sys;

/// AWS's own address of the Runtime API; only this sandbox sees it.
const ADDRESS: Ipv4Addr = Ipv4Addr::new(169, 254, 100, 1);
const RUNTIME_API_PORT: u16 = 9001;
const AWS_ENDPOINT_PORT: u16 = 4566;

/// A network namespace that is ready to be a sandbox's. It belongs to the launcher's user namespace, not to the
/// sandbox's, so even a process with all capabilities inside the sandbox could not change it.
#[derive(Debug)]
pub(crate) struct Network {
    pub(super) namespace: OwnedFd,
    pub(crate) listeners: [TcpListener; 2],
}

impl Network {
    pub(super) fn create() -> Result<Self> {
        let (namespace, listeners) =
            namespace::in_new_namespace(furnish).doing("making a network namespace")?;
        Ok(Self { namespace, listeners })
    }
}

fn furnish() -> io::Result<[TcpListener; 2]> {
    let socket = socket_with(AddressFamily::INET, SocketType::DGRAM, SocketFlags::CLOEXEC, None)?;
    sys::raise_loopback(socket.as_fd(), ADDRESS)?;
    Ok([listen(RUNTIME_API_PORT)?, listen(AWS_ENDPOINT_PORT)?])
}

fn listen(port: u16) -> io::Result<TcpListener> {
    let listener = TcpListener::bind((ADDRESS, port))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}
