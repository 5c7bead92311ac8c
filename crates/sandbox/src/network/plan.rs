//! Which addresses the router hands out.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Network;
use super::host::Host;

/// 100.64.0.0/10 is reserved for address translation within a network (RFC 6598), which is what the router
/// does; nothing on the Internet has such an address. Each server takes one of its 64 ranges of /16.
const RANGES: u32 = 64;
const FIRST_RANGE: u32 = u32::from_be_bytes([100, 64, 0, 0]);
const RANGE_SIZE: u32 = 1 << 16;

/// The environments' part of a range. Before it lies the gateway, behind it the uplink.
const FIRST_ENVIRONMENT: u32 = 0x0100;
/// How many environments have room at once.
pub(super) const SLOTS: u32 = 60_000;

/// The addresses of one router, all within one IPv4 range and one unique local IPv6 prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AddressPlan {
    base: u32,
    /// The first 48 bits count. `None`: there is no way out for IPv6, so environments get none.
    prefix: Option<u128>,
}

impl AddressPlan {
    /// Of the ranges that the host does not use, the one that comes first for this instance, so that servers
    /// which start at the same time seldom want the same.
    pub(super) fn choose(instance: &str, host: &Host, ipv6: bool) -> Self {
        let mut hasher = DefaultHasher::new();
        instance.hash(&mut hasher);
        let hash = hasher.finish();
        let candidate = |n: u32| FIRST_RANGE + (hash as u32).wrapping_add(n) % RANGES * RANGE_SIZE;
        let free = |base: &u32| !host.uses(&range(*base));
        let base = (0..RANGES).map(candidate).find(free).unwrap_or_else(|| candidate(0));
        // RFC 4193: fd, then 40 bits that others are unlikely to have.
        let prefix = (0xfd << 120) | (u128::from(hash >> 24) << 80);
        Self { base, prefix: ipv6.then_some(prefix) }
    }

    pub(super) fn range(&self) -> Network {
        range(self.base)
    }

    pub(super) fn has_ipv6(&self) -> bool {
        self.prefix.is_some()
    }

    /// The router's own address, where environments ask for names.
    pub(super) fn gateway(&self) -> Ipv4Addr {
        Ipv4Addr::from_bits(self.base + 1)
    }

    pub(super) fn environment(&self, slot: u32) -> Ipv4Addr {
        Ipv4Addr::from_bits(self.base + FIRST_ENVIRONMENT + slot)
    }

    pub(super) fn environment_ipv6(&self, slot: u32) -> Option<Ipv6Addr> {
        self.prefix.map(|prefix| Ipv6Addr::from_bits(prefix | u128::from(FIRST_ENVIRONMENT + slot)))
    }

    /// The two ends of the uplink: the host's, and the router's as the host sees it. Both in a /30.
    pub(super) fn uplink(&self) -> (Ipv4Addr, Ipv4Addr) {
        let end = self.base + RANGE_SIZE;
        (Ipv4Addr::from_bits(end - 3), Ipv4Addr::from_bits(end - 2))
    }

    /// Likewise, in a /64.
    pub(super) fn uplink_ipv6(&self) -> Option<(Ipv6Addr, Ipv6Addr)> {
        let subnet = self.prefix? | (0xffff << 64);
        Some((Ipv6Addr::from_bits(subnet | 1), Ipv6Addr::from_bits(subnet | 2)))
    }
}

fn range(base: u32) -> Network {
    Network::v4(Ipv4Addr::from_bits(base), 16)
}

/// A range of one.
pub(super) fn single(address: IpAddr) -> Network {
    match address {
        IpAddr::V4(address) => Network::v4(address, 32),
        IpAddr::V6(address) => Network::v6(address, 128),
    }
}

#[cfg(test)]
mod tests {
    use super::super::host::Route;
    use super::*;

    fn plan() -> AddressPlan {
        AddressPlan::choose("a1b2c3d4", &Host::default(), true)
    }

    #[test]
    fn all_addresses_of_a_plan_are_different_and_within_its_range() {
        let plan = plan();
        let (host_end, router_end) = plan.uplink();
        let addresses =
            [plan.gateway(), plan.environment(0), plan.environment(SLOTS - 1), host_end, router_end];
        assert!(addresses.is_sorted_by(|a, b| a < b), "{addresses:?}");
        assert!(addresses.iter().all(|address| plan.range().contains((*address).into())));
    }

    #[test]
    fn an_instance_keeps_its_range_unless_the_host_uses_it() {
        let first = plan();
        assert_eq!(plan(), first);
        let taken = Route { destination: single(first.uplink().0.into()), interface: None };
        let host = Host { routes: vec![taken], ..Host::default() };
        assert_ne!(AddressPlan::choose("a1b2c3d4", &host, true).range(), first.range());
    }

    #[test]
    fn ipv6_addresses_are_unique_local_ones() {
        let address = plan().environment_ipv6(7).unwrap();
        assert!(address.is_unique_local());
        assert!(address.to_string().ends_with("::107"), "{address}");
    }
}
