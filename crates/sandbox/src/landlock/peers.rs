//! Who is at the other end of a connection on this machine.

use std::fs;
use std::net::{IpAddr, SocketAddr};

use rustix::process::Pid;

use super::tree;
use crate::peers::PeerCheck;

/// Admits what a process below a sandbox's supervisor has connected.
pub(super) struct TreePeers {
    pub(super) supervisor: Pid,
}

impl PeerCheck for TreePeers {
    /// The peer's socket must be among the descriptors of the sandbox's processes.
    fn is_inside(&self, peer: SocketAddr, listener: SocketAddr) -> bool {
        // With the addresses as the peer has them.
        let table = fs::read_to_string("/proc/net/tcp").unwrap_or_default();
        let Some(inode) = socket(&table, peer, listener) else { return false };
        let socket = format!("socket:[{inode}]");
        tree::below(self.supervisor).into_iter().any(|process| has_open(process, &socket))
    }
}

fn has_open(process: Pid, socket: &str) -> bool {
    let descriptors = fs::read_dir(format!("/proc/{process}/fd")).into_iter().flatten().flatten();
    descriptors
        .filter_map(|descriptor| fs::read_link(descriptor.path()).ok())
        .any(|file| file.as_os_str() == socket)
}

/// The inode of the socket with these two addresses, in a table such as `/proc/net/tcp`: a line is
/// `  0: 0100007F:1F90 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 54321 …`.
fn socket(table: &str, local: SocketAddr, remote: SocketAddr) -> Option<u64> {
    let (local, remote) = (written(local)?, written(remote)?);
    let mut sockets = table.lines().skip(1).map(|line| line.split_ascii_whitespace());
    let inode = sockets.find_map(|mut fields| {
        fields.next()?;
        let is_it = fields.next()? == local && fields.next()? == remote;
        is_it.then(|| fields.nth(6)).flatten()
    });
    // A socket that nobody has any more has no inode.
    inode?.parse().ok().filter(|inode| *inode != 0)
}

/// The address in the machine's byte order, then the port.
fn written(address: SocketAddr) -> Option<String> {
    let IpAddr::V4(ip) = address.ip() else { return None };
    Some(format!("{:08X}:{:04X}", u32::from_ne_bytes(ip.octets()), address.port()))
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    const TABLE: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 111 1 0 100 0 0 10 0
   1: 0100007F:9C40 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 222 1 0 100 0 0 10 0
   2: 0100007F:9C40 0100007F:1F91 01 00000000:00000000 00:00000000 00000000  1000        0 333 1 0 100 0 0 10 0
   3: 0100007F:9C41 0100007F:1F90 06 00000000:00000000 00:00000000 00000000     0        0 0 1 0 100 0 0 10 0
";

    fn local(port: u16) -> SocketAddr {
        ([127, 0, 0, 1], port).into()
    }

    #[cfg(target_endian = "little")]
    #[test]
    fn a_socket_is_found_by_both_its_addresses() {
        assert_eq!(socket(TABLE, local(40000), local(8080)), Some(222));
        assert_eq!(socket(TABLE, local(40000), local(8081)), Some(333));
        assert_eq!(socket(TABLE, local(40001), local(8080)), None, "it is closed already");
        assert_eq!(socket(TABLE, local(40002), local(8080)), None);
    }

    #[test]
    fn a_connection_of_a_process_outside_is_not_admitted() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let stream = TcpStream::connect(address).unwrap();
        let nobody_below = TreePeers { supervisor: rustix::process::getpid() };
        assert!(!nobody_below.is_inside(stream.local_addr().unwrap(), address));
    }
}
