//! Ranges of addresses.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A range of addresses, written as `10.0.0.0/8` or `fd00::/8`. A lone address is a range of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a network such as 10.0.0.0/8 or fd00::/8")]
pub struct InvalidNetwork(String);

impl Network {
    /// Bits of the address behind the prefix are cleared.
    ///
    /// # Panics
    /// If the prefix is longer than the address; for constants only.
    pub(super) const fn v4(address: Ipv4Addr, prefix: u8) -> Self {
        assert!(prefix <= 32, "an IPv4 address has 32 bits");
        let mask = (u32::MAX as u64) << (32 - prefix);
        Self { address: IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & mask as u32)), prefix }
    }

    /// Likewise for IPv6.
    pub(super) const fn v6(address: Ipv6Addr, prefix: u8) -> Self {
        assert!(prefix <= 128, "an IPv6 address has 128 bits");
        let mask = if prefix == 0 { 0 } else { u128::MAX << (128 - prefix) };
        Self { address: IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask)), prefix }
    }

    /// `None` if the prefix is longer than the address.
    pub fn new(address: IpAddr, prefix: u8) -> Option<Self> {
        match address {
            IpAddr::V4(address) => (prefix <= 32).then(|| Self::v4(address, prefix)),
            IpAddr::V6(address) => (prefix <= 128).then(|| Self::v6(address, prefix)),
        }
    }

    /// The first address.
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// How many leading bits of an address decide whether it belongs.
    pub fn prefix(&self) -> u8 {
        self.prefix
    }

    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(_), IpAddr::V4(address)) => Self::v4(address, self.prefix) == *self,
            (IpAddr::V6(_), IpAddr::V6(address)) => Self::v6(address, self.prefix) == *self,
            _ => false,
        }
    }

    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.contains(other.address) || other.contains(self.address)
    }

    pub(super) fn is_ipv4(&self) -> bool {
        self.address.is_ipv4()
    }
}

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let invalid = || InvalidNetwork(text.to_owned());
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u8>().map_err(|_| invalid())?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| invalid())?;
        let whole = if address.is_ipv4() { 32 } else { 128 };
        Self::new(address, prefix.unwrap_or(whole)).ok_or_else(invalid)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_prints_as_its_first_address_and_prefix() {
        assert_eq!(network("10.1.2.3/8").to_string(), "10.0.0.0/8");
        assert_eq!(network("fd00:1::5/16").to_string(), "fd00::/16");
        assert_eq!(network("192.0.2.1").to_string(), "192.0.2.1/32");
        assert_eq!(network("0.0.0.0/0").to_string(), "0.0.0.0/0");
        assert_eq!(network("::/0").to_string(), "::/0");
    }

    #[test]
    fn what_is_not_a_network_is_refused() {
        for text in ["", "10.0.0.0/33", "fd00::/129", "10.0.0/8", "10.0.0.0/", "10.0.0.0/-1", "home"] {
            assert_eq!(text.parse::<Network>(), Err(InvalidNetwork(text.to_owned())));
        }
    }

    #[test]
    fn networks_overlap_when_one_lies_in_the_other() {
        assert!(network("10.0.0.0/8").overlaps(&network("10.200.0.0/16")));
        assert!(network("10.200.0.0/16").overlaps(&network("10.0.0.0/8")));
        assert!(!network("10.200.0.0/16").overlaps(&network("10.201.0.0/16")));
        assert!(!network("0.0.0.0/0").overlaps(&network("fd00::/8")));
    }
}
