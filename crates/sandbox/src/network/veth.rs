//! The uplink as root: a veth pair into the host's network namespace, which masquerades and forwards.

use std::io;
use std::net::IpAddr;
use std::os::fd::AsFd;

use super::firewall;
use super::forwarding::{self, UPLINK_PREFIX};
use super::host::Host;
use super::link::{self, Peer};
use super::namespace;
use super::netlink::RouteSocket;
use super::nft::Nft;
use super::plan::AddressPlan;
use super::policy::{UPLINK_INTERFACE, table};
use super::router::UPLINK_INDEX;

const IPV4_PREFIX: u8 = 30;
const IPV6_PREFIX: u8 = 64;

/// Removes the host's part when dropped.
#[derive(Debug)]
pub(super) struct VethUplink {
    instance: String,
    nft: Nft,
}

impl VethUplink {
    /// Callers hold [`forwarding::lock`] since before they chose the plan.
    pub(super) fn connect(
        router: &mut RouteSocket,
        instance: &str,
        plan: &AddressPlan,
        host: &Host,
        nft: &Nft,
    ) -> io::Result<Self> {
        if host.index(&interface(instance)).is_some() {
            // A launcher of this server has died, and the server still holds that launcher's router.
            remove(nft, [instance])?;
        }
        let opened = guard(instance, plan, host, nft)
            .and_then(|()| add_link(router, instance, plan, host))
            .and_then(|()| forwarding::enable(nft, host));
        match opened {
            Ok(()) => Ok(Self { instance: instance.to_owned(), nft: nft.clone() }),
            Err(error) => {
                // What cannot be removed now is swept by the next server.
                let _ = remove(nft, [instance]);
                Err(error)
            }
        }
    }
}

impl Drop for VethUplink {
    fn drop(&mut self) {
        // As above.
        let _ = forwarding::lock().and_then(|_lock| remove(&self.nft, [self.instance.as_str()]));
    }
}

/// Removes the host's part of these instances' uplinks. Callers hold [`forwarding::lock`].
pub(super) fn remove<'a>(nft: &Nft, instances: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
    let host = Host::look()?;
    let mut socket = RouteSocket::open()?;
    for instance in instances {
        if let Some(index) = host.index(&interface(instance)) {
            // The kernel may be removing it at this moment, with the router's namespace.
            let _ = socket.execute([link::remove(index)]);
        }
        firewall::close(nft, &interface(instance))?;
        nft.run(&without_table(instance))?;
    }
    forwarding::restore(nft)
}

/// Says what may pass before there is anything to pass.
fn guard(instance: &str, plan: &AddressPlan, host: &Host, nft: &Nft) -> io::Result<()> {
    let listing = nft.run(&format!("{}list chains\n", host_rules(instance, plan)))?;
    let orphans: Vec<&str> = orphans(&listing, host).filter(|orphan| *orphan != instance).collect();
    if !orphans.is_empty() {
        // Harmless where it lies; the next server tries again.
        let _ = remove(nft, orphans);
    }
    firewall::open(nft, &firewall::forward_chains(&listing), &interface(instance))
}

/// The instances that have a table and no interface, in what nft prints for `list chains`: their routers were
/// killed, some of them after the sweep that should have found them. Who makes or removes both holds the lock.
fn orphans<'a>(listing: &'a str, host: &Host) -> impl Iterator<Item = &'a str> {
    let name = |line: &'a str| line.strip_prefix("table inet hob_")?.split(' ').next();
    let is_orphan = |name: &&str| *name != forwarding::TABLE_NAME && host.index(&interface(name)).is_none();
    listing.lines().filter_map(name).filter(is_orphan)
}

fn add_link(router: &mut RouteSocket, instance: &str, plan: &AddressPlan, host: &Host) -> io::Result<()> {
    let (interface, namespace) = (interface(instance), namespace::current()?);
    let peer = Peer { namespace: namespace.as_fd(), name: &interface, index: None };
    router.execute([link::add_veth(UPLINK_INTERFACE, UPLINK_INDEX, host.mtu(), peer)])?;
    let index = Host::look()?.index(&interface).ok_or(io::ErrorKind::NotFound)?;
    let (host_end, router_end) = ends(plan);
    configure(&mut RouteSocket::open()?, index, &host_end)?;
    configure(router, UPLINK_INDEX, &router_end)?;
    router.execute(host_end.iter().map(|(gateway, _)| link::add_default_route(UPLINK_INDEX, *gateway)))?;
    forwarding::turn(&interface, true)
}

type Addresses = Vec<(IpAddr, u8)>;

/// The addresses of the host's and of the router's end.
fn ends(plan: &AddressPlan) -> (Addresses, Addresses) {
    let (host, router) = plan.uplink();
    let ends = [Some((host.into(), router.into(), IPV4_PREFIX))].into_iter();
    let ipv6 = plan.uplink_ipv6().map(|(host, router)| (host.into(), router.into(), IPV6_PREFIX));
    ends.chain([ipv6]).flatten().map(|(host, router, prefix)| ((host, prefix), (router, prefix))).unzip()
}

fn configure(socket: &mut RouteSocket, index: u32, addresses: &Addresses) -> io::Result<()> {
    let addresses = addresses.iter().map(|(address, prefix)| link::add_address(index, *address, *prefix));
    socket.execute([link::set_up(index)].into_iter().chain(addresses))
}

fn interface(instance: &str) -> String {
    format!("{UPLINK_PREFIX}{instance}")
}

/// Deletes the instance's table whether or not it is there.
fn without_table(instance: &str) -> String {
    let table = table(instance);
    format!("add table inet {table}\ndelete table inet {table}\n")
}

/// The host serves nothing to the uplink, under none of its addresses and through none of its port forwards
/// (`prerouting` comes before those); it only passes on what the router has masqueraded.
fn host_rules(instance: &str, plan: &AddressPlan) -> String {
    let (table, interface, router) = (table(instance), interface(instance), plan.uplink().1);
    let ipv6_masquerade = plan.uplink_ipv6().map_or(String::new(), |(_, router)| {
        format!("    ip6 saddr {router} oifname != \"{interface}\" masquerade\n")
    });
    let ipv6_source = plan.uplink_ipv6().map_or(String::from("::"), |(_, router)| router.to_string());
    let replace = without_table(instance);
    format!(
        r#"{replace}table inet {table} {{
  chain prerouting {{
    type filter hook prerouting priority raw; policy accept;
    iifname != "{interface}" accept
    icmpv6 type {{ nd-neighbor-solicit, nd-neighbor-advert }} accept
    fib daddr type {{ local, broadcast, multicast, anycast }} drop
    ip saddr != {router} drop
    ip6 saddr != {ipv6_source} drop
  }}
  chain forward {{
    type filter hook forward priority filter; policy accept;
    oifname "{interface}" ct state established,related accept
    oifname "{interface}" drop
  }}
  chain postrouting {{
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr {router} oifname != "{interface}" masquerade
{ipv6_masquerade}  }}
}}
"#
    )
}

#[cfg(test)]
mod tests {
    use super::super::host::Interface;
    use super::*;

    #[test]
    fn a_table_without_an_interface_is_an_orphan() {
        let interfaces = vec![Interface { index: 7, name: "hob-b".to_owned(), mtu: 1500 }];
        let host = Host { interfaces, ..Host::default() };
        let listing = "table inet hob_a { # handle 1\n\tchain forward {\n\t}\n}\n\
            table inet hob_b { # handle 2\n}\ntable inet hob_forwarding {\n}\ntable ip hob_c {\n}\n";
        assert_eq!(orphans(listing, &host).collect::<Vec<_>>(), ["a"]);
    }
}
