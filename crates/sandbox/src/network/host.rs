//! What the network namespace of the host looks like: addresses, routes, the way out.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Network;
use super::netlink::{Attributes, Request, RouteSocket};

const RTM_GETLINK: u16 = 18;
const RTM_GETADDR: u16 = 22;
const RTM_GETROUTE: u16 = 26;
const IFLA_IFNAME: u16 = 3;
const IFLA_MTU: u16 = 4;
const IFA_ADDRESS: u16 = 1;
const IFA_LOCAL: u16 = 2;
const RTA_DST: u16 = 1;
const RTA_OIF: u16 = 4;
const RTN_UNICAST: u8 = 1;
const LINK_HEADER: usize = 16;
const ADDRESS_HEADER: usize = 8;
const ROUTE_HEADER: usize = 12;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Host {
    pub(super) interfaces: Vec<Interface>,
    pub(super) addresses: Vec<IpAddr>,
    pub(super) routes: Vec<Route>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Interface {
    pub(super) index: u32,
    pub(super) name: String,
    pub(super) mtu: u32,
}

/// Unicast routes only, of every routing table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Route {
    pub(super) destination: Network,
    /// The interface; `None` if there are several.
    pub(super) interface: Option<u32>,
}

impl Host {
    /// Of the calling thread's network namespace.
    pub(super) fn look() -> io::Result<Self> {
        let mut socket = RouteSocket::open()?;
        let mut host = Self::default();
        socket.dump(Request::new(RTM_GETLINK, 0, &[0; LINK_HEADER]), |object| {
            host.interfaces.extend(interface(object));
        })?;
        socket.dump(Request::new(RTM_GETADDR, 0, &[0; ADDRESS_HEADER]), |object| {
            host.addresses.extend(address(object));
        })?;
        socket.dump(Request::new(RTM_GETROUTE, 0, &[0; ROUTE_HEADER]), |object| {
            host.routes.extend(route(object));
        })?;
        Ok(host)
    }

    pub(super) fn index(&self, name: &str) -> Option<u32> {
        self.interfaces.iter().find(|interface| interface.name == name).map(|interface| interface.index)
    }

    /// The size of packets that leave without being split: that of the interface with the default route.
    pub(super) fn mtu(&self) -> u32 {
        const ETHERNET: u32 = 1500;
        let default = self.routes.iter().find(|route| route.destination.prefix() == 0);
        let index = default.and_then(|route| route.interface);
        let interface = self.interfaces.iter().find(|interface| Some(interface.index) == index);
        interface.map_or(ETHERNET, |interface| interface.mtu)
    }

    pub(super) fn has_default_route(&self, ipv4: bool) -> bool {
        self.routes.iter().any(|route| route.destination.prefix() == 0 && route.destination.is_ipv4() == ipv4)
    }

    /// Whether packets to this network already have a way of their own.
    pub(super) fn uses(&self, network: &Network) -> bool {
        self.routes.iter().any(|route| route.destination.prefix() > 0 && route.destination.overlaps(network))
    }

    /// The interfaces behind which something lies, by name.
    pub(super) fn routed_interfaces(&self) -> impl Iterator<Item = &str> {
        let routed = |interface: &&Interface| {
            self.routes
                .iter()
                .any(|route| route.destination.is_ipv4() && route.interface == Some(interface.index))
        };
        self.interfaces.iter().filter(routed).map(|interface| interface.name.as_str())
    }
}

fn interface(object: &[u8]) -> Option<Interface> {
    let index = u32::from_ne_bytes(object.get(4..8)?.try_into().ok()?);
    let (mut name, mut mtu) = (None, 0);
    for (kind, value) in Attributes(object.get(LINK_HEADER..)?) {
        match kind {
            IFLA_IFNAME => name = Some(String::from_utf8_lossy(value).trim_end_matches('\0').to_owned()),
            IFLA_MTU => mtu = number(value)?,
            _ => {}
        }
    }
    Some(Interface { index, name: name?, mtu })
}

/// On a point-to-point link IFA_ADDRESS is the other end's, and IFA_LOCAL the host's own.
fn address(object: &[u8]) -> Option<IpAddr> {
    let mut own = None;
    for (kind, value) in Attributes(object.get(ADDRESS_HEADER..)?) {
        match kind {
            IFA_LOCAL => return ip_address(value),
            IFA_ADDRESS => own = ip_address(value),
            _ => {}
        }
    }
    own
}

fn route(object: &[u8]) -> Option<Route> {
    let header = object.get(..ROUTE_HEADER)?;
    if header[7] != RTN_UNICAST {
        return None;
    }
    let mut address = match i32::from(header[0]) {
        libc::AF_INET => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        libc::AF_INET6 => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        _ => return None,
    };
    let mut interface = None;
    for (kind, value) in Attributes(&object[ROUTE_HEADER..]) {
        match kind {
            RTA_DST => address = ip_address(value)?,
            RTA_OIF => interface = number(value),
            _ => {}
        }
    }
    Some(Route { destination: Network::new(address, header[1])?, interface })
}

fn number(value: &[u8]) -> Option<u32> {
    value.try_into().ok().map(u32::from_ne_bytes)
}

fn ip_address(value: &[u8]) -> Option<IpAddr> {
    let v4 = |bytes: [u8; 4]| IpAddr::from(bytes);
    let v6 = |bytes: [u8; 16]| IpAddr::from(bytes);
    value.try_into().map(v4).or_else(|_| value.try_into().map(v6)).ok()
}
