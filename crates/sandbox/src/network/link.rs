//! The changes to interfaces, addresses and routes that the router makes, as netlink requests.

use std::net::IpAddr;
use std::os::fd::{AsRawFd, BorrowedFd};

use super::Network;
use super::netlink::{CREATE, Request};

const RTM_NEWLINK: u16 = 16;
const RTM_DELLINK: u16 = 17;
const RTM_NEWADDR: u16 = 20;
const RTM_NEWROUTE: u16 = 24;

const AF_UNSPEC: u8 = 0;
const AF_INET: u8 = 2;
const AF_INET6: u8 = 10;

// linux/if_link.h
const IFLA_IFNAME: u16 = 3;
const IFLA_MTU: u16 = 4;
const IFLA_LINKINFO: u16 = 18;
const IFLA_AF_SPEC: u16 = 26;
const IFLA_NET_NS_FD: u16 = 28;
const IFLA_INFO_KIND: u16 = 1;
const IFLA_INFO_DATA: u16 = 2;
const VETH_INFO_PEER: u16 = 1;
const IFLA_INET6_ADDR_GEN_MODE: u16 = 8;
const IN6_ADDR_GEN_MODE_NONE: u8 = 1;
const IFF_UP: u32 = 1;

// linux/if_addr.h, linux/rtnetlink.h
const IFA_ADDRESS: u16 = 1;
const IFA_LOCAL: u16 = 2;
const IFA_F_NODAD: u8 = 0x02;
const RTA_DST: u16 = 1;
const RTA_OIF: u16 = 4;
const RTA_GATEWAY: u16 = 5;
const RT_TABLE_MAIN: u8 = 254;
const RTPROT_STATIC: u8 = 4;
const RTN_UNICAST: u8 = 1;
const RT_SCOPE_LINK: u8 = 253;
const RT_SCOPE_UNIVERSE: u8 = 0;
/// The gateway counts as reachable on the link although no address says so.
const RTNH_F_ONLINK: u32 = 4;

/// The loopback interface has this index in every network namespace.
pub(super) const LOOPBACK: u32 = 1;

/// The end of a veth pair that lies in another network namespace.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer<'a> {
    pub(super) namespace: BorrowedFd<'a>,
    pub(super) name: &'a str,
    /// Chosen by the caller, so that requests behind this one can name the interface; `None`: by the kernel.
    pub(super) index: Option<u32>,
}

/// Creates a veth pair, both ends down. One end here, the other made right in its namespace, which is much
/// cheaper than moving it there.
pub(super) fn add_veth(name: &str, index: u32, mtu: u32, peer: Peer<'_>) -> Request {
    let descriptor = (peer.namespace.as_raw_fd() as u32).to_ne_bytes();
    let peer_link = link_header(peer.index.unwrap_or(0), 0);
    Request::new(RTM_NEWLINK, CREATE, &link_header(index, 0))
        .text(IFLA_IFNAME, name)
        .attribute(IFLA_MTU, &mtu.to_ne_bytes())
        .nested(IFLA_LINKINFO, &[], |info| {
            info.text(IFLA_INFO_KIND, "veth").nested(IFLA_INFO_DATA, &[], |data| {
                data.nested(VETH_INFO_PEER, &peer_link, |attributes| {
                    attributes
                        .text(IFLA_IFNAME, peer.name)
                        .attribute(IFLA_MTU, &mtu.to_ne_bytes())
                        .attribute(IFLA_NET_NS_FD, &descriptor)
                })
            })
        })
}

/// Changes nothing, but is refused to those who may change something.
pub(super) fn unchanged(index: u32) -> Request {
    Request::new(RTM_NEWLINK, 0, &link_header(index, 0))
}

pub(super) fn set_up(index: u32) -> Request {
    Request::new(RTM_NEWLINK, 0, &link_header(index, IFF_UP))
}

/// Without this an interface that comes up gets a link-local address of its own, and asks the link whether
/// another has it. A kernel without IPv6 refuses the request.
pub(super) fn without_automatic_addresses(index: u32) -> Request {
    Request::new(RTM_NEWLINK, 0, &link_header(index, 0)).nested(IFLA_AF_SPEC, &[], |families| {
        families.nested(u16::from(AF_INET6), &[], |inet6| {
            inet6.attribute(IFLA_INET6_ADDR_GEN_MODE, &[IN6_ADDR_GEN_MODE_NONE])
        })
    })
}

pub(super) fn remove(index: u32) -> Request {
    Request::new(RTM_DELLINK, 0, &link_header(index, 0))
}

/// Usable at once: nobody else on the link can have it.
pub(super) fn add_address(index: u32, address: IpAddr, prefix: u8) -> Request {
    // struct ifaddrmsg
    let mut header = vec![family(address), prefix, IFA_F_NODAD, RT_SCOPE_UNIVERSE];
    header.extend_from_slice(&index.to_ne_bytes());
    if address.is_ipv4() {
        header[2] = 0; // the flag is IPv6's
    }
    let bytes = octets(address);
    Request::new(RTM_NEWADDR, CREATE, &header).attribute(IFA_LOCAL, &bytes).attribute(IFA_ADDRESS, &bytes)
}

/// Everything that has no better route goes to the gateway.
pub(super) fn add_default_route(index: u32, gateway: IpAddr) -> Request {
    Request::new(RTM_NEWROUTE, CREATE, &route_header(family(gateway), 0, RT_SCOPE_UNIVERSE, RTNH_F_ONLINK))
        .attribute(RTA_GATEWAY, &octets(gateway))
        .attribute(RTA_OIF, &index.to_ne_bytes())
}

/// The network lies on the interface's link.
pub(super) fn add_route(index: u32, network: Network) -> Request {
    let address = network.address();
    Request::new(RTM_NEWROUTE, CREATE, &route_header(family(address), network.prefix(), RT_SCOPE_LINK, 0))
        .attribute(RTA_DST, &octets(address))
        .attribute(RTA_OIF, &index.to_ne_bytes())
}

/// `struct ifinfomsg`
fn link_header(index: u32, set_flags: u32) -> [u8; 16] {
    let mut header = [0; 16];
    header[0] = AF_UNSPEC;
    header[4..8].copy_from_slice(&index.to_ne_bytes());
    header[8..12].copy_from_slice(&set_flags.to_ne_bytes());
    header[12..16].copy_from_slice(&set_flags.to_ne_bytes()); // which flags to change: those that are set
    header
}

/// `struct rtmsg`
fn route_header(family: u8, prefix: u8, scope: u8, flags: u32) -> [u8; 12] {
    let mut header = [family, prefix, 0, 0, RT_TABLE_MAIN, RTPROT_STATIC, scope, RTN_UNICAST, 0, 0, 0, 0];
    header[8..12].copy_from_slice(&flags.to_ne_bytes());
    header
}

fn family(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => AF_INET,
        IpAddr::V6(_) => AF_INET6,
    }
}

fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}
