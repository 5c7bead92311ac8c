//! Lets the host's interfaces forward packets for as long as a router has its uplink there.
//!
//! Answers from the Internet come in at the host's own interfaces, and the kernel passes them on to a router
//! only where forwarding is on. Where Hob turned it on, a table of its own keeps the host from forwarding for
//! anybody else, and remembers which interfaces to turn off again. All servers share that table; the last one
//! removes it. Callers hold [`lock`].

use std::fs::{self, File};
use std::io;
use std::os::fd::AsFd;

use super::host::Host;
use super::nft::Nft;

/// The host's end of an uplink is named with this and the instance.
pub(super) const UPLINK_PREFIX: &str = "hob-";

const TABLE: &str = "hob_forwarding";
/// What stands in its name where others have their instance.
pub(super) const TABLE_NAME: &str = "forwarding";
/// Only root can open it, so that nobody else can hold it.
const LOCK: &str = "/run/hob-network.lock";

/// Keeps other Hob servers from changing the host's network configuration until dropped.
pub(super) fn lock() -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let file = File::options().create(true).truncate(false).write(true).mode(0o600).open(LOCK)?;
    rustix::fs::flock(file.as_fd(), rustix::fs::FlockOperation::LockExclusive)?;
    Ok(file)
}

/// Turns forwarding on where it is off and something lies behind the interface.
pub(super) fn enable(nft: &Nft, host: &Host) -> io::Result<()> {
    let wanted = |name: &&str| *name != "lo" && !name.starts_with(UPLINK_PREFIX) && !is_on(name);
    let interfaces: Vec<&str> = host.routed_interfaces().filter(wanted).collect();
    if interfaces.is_empty() {
        return Ok(());
    }
    let elements: Vec<String> = interfaces.iter().map(|name| format!("\"{name}\"")).collect();
    nft.run(&format!(
        r#"table inet {TABLE} {{
  set interfaces {{ type ifname; }}
  chain forward {{ type filter hook forward priority filter; policy accept; }}
}}
flush chain inet {TABLE} forward
add rule inet {TABLE} forward iifname @interfaces oifname != "{UPLINK_PREFIX}*" drop
add element inet {TABLE} interfaces {{ {} }}
"#,
        elements.join(", ")
    ))?;
    interfaces.iter().try_for_each(|name| turn(name, true))
}

/// Turns off what Hob turned on, unless another server still has an uplink.
pub(super) fn restore(nft: &Nft) -> io::Result<()> {
    if Host::look()?.interfaces.iter().any(|interface| interface.name.starts_with(UPLINK_PREFIX)) {
        return Ok(());
    }
    let Ok(set) = nft.run(&format!("list set inet {TABLE} interfaces")) else {
        return Ok(()); // nothing was turned on
    };
    for name in elements(&set) {
        // The interface may have gone since.
        let _ = turn(name, false);
    }
    nft.run(&format!("delete table inet {TABLE}")).map(drop)
}

/// Whether the host forwards IPv6. The kernel knows this only for all interfaces together, and an interface
/// that forwards ignores the router advertisements it may depend on: so Hob never turns it on.
pub(super) fn ipv6_is_on() -> bool {
    fs::read_to_string("/proc/sys/net/ipv6/conf/all/forwarding").is_ok_and(|value| value.trim() == "1")
}

pub(super) fn turn(interface: &str, on: bool) -> io::Result<()> {
    fs::write(sysctl(interface), if on { "1" } else { "0" })
}

fn is_on(interface: &str) -> bool {
    fs::read_to_string(sysctl(interface)).is_ok_and(|value| value.trim() == "1")
}

fn sysctl(interface: &str) -> String {
    format!("/proc/sys/net/ipv4/conf/{interface}/forwarding")
}

/// The interface names in what nft prints of the set.
fn elements(set: &str) -> impl Iterator<Item = &str> {
    let elements = set.split_once("elements").map_or("", |(_, elements)| elements);
    elements.split('"').skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interfaces_are_read_back_from_what_nft_prints() {
        let set =
            "table inet t {\n\tset interfaces {\n\t\telements = { \"eth0\",\n\t\t\t \"wlan0\" }\n\t}\n}\n";
        assert_eq!(elements(set).collect::<Vec<_>>(), ["eth0", "wlan0"]);
        assert_eq!(elements("table inet t {\n\tset interfaces {\n\t}\n}\n").count(), 0);
    }
}
