//! The host's resolvers, as resolv.conf(5) names them.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use super::PORT;

/// As many as the C library asks.
const RESOLVERS_MAX: usize = 3;

#[derive(Debug)]
pub(super) struct Resolvers {
    resolv_conf: PathBuf,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    modified: Option<SystemTime>,
    addresses: Vec<SocketAddr>,
}

impl Resolvers {
    pub(super) fn new(resolv_conf: PathBuf) -> Self {
        Self { resolv_conf, known: Mutex::default() }
    }

    /// In the order in which to ask them. Never empty.
    pub(super) fn addresses(&self) -> Vec<SocketAddr> {
        let modified = fs::metadata(&self.resolv_conf).and_then(|file| file.modified()).ok();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.addresses.is_empty() || known.modified != modified {
            let text = fs::read_to_string(&self.resolv_conf).unwrap_or_default();
            *known = Known { modified, addresses: parse(&text) };
        }
        known.addresses.clone()
    }
}

/// Without any the C library asks this host's own resolver, and so do we.
fn parse(resolv_conf: &str) -> Vec<SocketAddr> {
    let nameserver = |line: &str| -> Option<IpAddr> {
        let mut words = line.split_ascii_whitespace();
        (words.next()? == "nameserver").then_some(())?;
        words.next()?.parse().ok()
    };
    let mut addresses: Vec<_> = resolv_conf.lines().filter_map(nameserver).take(RESOLVERS_MAX).collect();
    if addresses.is_empty() {
        addresses.push(Ipv4Addr::LOCALHOST.into());
    }
    addresses.into_iter().map(|address| SocketAddr::new(address, PORT)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(resolv_conf: &str, expected: &[&str]) {
        let addresses: Vec<_> = parse(resolv_conf).iter().map(SocketAddr::to_string).collect();
        assert_eq!(addresses, expected);
    }

    #[test]
    fn resolvers_are_asked_in_the_order_of_the_file_and_the_first_three_only() {
        check(
            "search lan\nnameserver 192.0.2.1\nnameserver\t2001:db8::1\n",
            &["192.0.2.1:53", "[2001:db8::1]:53"],
        );
        let four = "nameserver 192.0.2.1\n".repeat(4);
        check(&four, &["192.0.2.1:53"; 3]);
    }

    #[test]
    fn without_a_usable_line_the_hosts_own_resolver_is_asked() {
        check("", &["127.0.0.1:53"]);
        check("# nameserver 192.0.2.1\nnameserver\nnameserver resolver.example\n", &["127.0.0.1:53"]);
    }

    #[test]
    fn a_changed_file_is_read_again() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let resolvers = Resolvers::new(file.path().to_owned());
        let write = |address: &str, time| {
            fs::write(file.path(), format!("nameserver {address}\n")).unwrap();
            file.as_file().set_modified(time).unwrap();
        };
        write("192.0.2.1", SystemTime::UNIX_EPOCH);
        assert_eq!(resolvers.addresses()[0].to_string(), "192.0.2.1:53");
        write("192.0.2.2", SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1));
        assert_eq!(resolvers.addresses()[0].to_string(), "192.0.2.2:53");
    }
}
