//! The router: one network namespace per server, through which its execution environments reach the Internet.

use std::io;
use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::os::fd::BorrowedFd;

use super::Network;

/// How a router is made.
#[derive(Clone, Debug)]
pub struct RouterOptions {
    /// Marks everything that the router leaves in the host's network namespace: its interface and its nft
    /// table. 1 to 8 characters of `0-9a-z`, different for each server instance.
    pub instance: String,
    /// Private networks (RFC 1918, CGNAT, unique local) that environments may reach. None by default, as
    /// functions outside a VPC have none on AWS. The host's own addresses, loopback and link-local addresses
    /// (the cloud's metadata service among them) stay out of reach whatever stands here.
    pub allow: Vec<Network>,
    /// Public networks that environments may not reach. A deny is stronger than an allow.
    pub deny: Vec<Network>,
}

/// How environments reach the Internet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Uplink {
    /// A veth pair into the host's network namespace, masqueraded there (needs root).
    Veth,
    /// A `pasta` process.
    Pasta,
    /// Environments reach only the router's DNS; the text says why, and what to do.
    None(String),
}

/// Sockets bound inside the router to the address that environments ask for names. Both are in non-blocking
/// mode, for `dns::serve`.
#[derive(Debug)]
pub struct DnsSockets {
    pub udp: UdpSocket,
    pub tcp: TcpListener,
}

/// One server's router. Dropping it removes what it made in the host's network namespace; the namespace
/// itself goes with its last descriptor (the DNS sockets count).
#[derive(Debug)]
pub struct Router {
    uplink: Uplink,
}

/// One environment's connection to the router. Dropping it takes its address out of use.
#[derive(Debug)]
pub struct Attachment {
    address: Ipv4Addr,
    nameserver: Ipv4Addr,
}

impl Router {
    /// Makes the namespace, the policy and the uplink. Takes some ten milliseconds, most of them for `nft`.
    /// Without a possible uplink this succeeds, and [`uplink`](Self::uplink) tells.
    pub fn start(_options: &RouterOptions) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub fn uplink(&self) -> &Uplink {
        &self.uplink
    }

    /// To be handed to the server. The first call takes them.
    pub fn take_dns_sockets(&mut self) -> Option<DnsSockets> {
        None
    }

    /// Connects a network namespace: it gets the interface `eth0`, an address and a default route.
    pub fn attach(&self, _netns: BorrowedFd<'_>) -> io::Result<Attachment> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl Attachment {
    /// The environment's address.
    pub fn address(&self) -> Ipv4Addr {
        self.address
    }

    /// What `/etc/resolv.conf` in the environment names; the same for all environments of a router.
    pub fn nameserver(&self) -> Ipv4Addr {
        self.nameserver
    }
}

/// Removes what the routers of these instances left in the host's network namespace when they were killed.
/// Only for instances that are known to be dead.
pub fn sweep(_dead_instances: &[String]) -> io::Result<()> {
    Ok(())
}
