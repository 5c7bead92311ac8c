//! What environments may reach, as the router's packet filter.

use std::fmt::Write as _;
use std::net::IpAddr;

use super::Network;
use super::plan::{AddressPlan, single};
use super::router::RouterOptions;

/// The router's interface towards an environment is named with this letter and its slot.
pub(super) const ENVIRONMENT_INTERFACE: char = 'e';
pub(super) const UPLINK_INTERFACE: &str = "up";

/// Nobody's business, whatever the configuration says: this host, this link, the cloud's metadata services,
/// groups. 168.63.129.16 and 100.100.100.200 are the metadata addresses of Azure and Alibaba Cloud.
const NEVER: [&str; 16] = [
    "0.0.0.0/8",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "168.63.129.16",
    "100.100.100.200",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/127",
    "::ffff:0:0/96",
    "fe80::/10",
    "ff00::/8",
    "fd00:ec2::/32",
    "fd20:ce::254",
    // Addresses of the first three IPv4 rows through NAT64.
    "64:ff9b::/104",
    "64:ff9b::7f00:0/104",
    "64:ff9b::a9fe:0/112",
];

/// Networks of the host's surroundings, reachable where the configuration allows it: RFC 1918, CGNAT,
/// protocol assignments, benchmarks, unique local and site-local, and those that NAT64 can reach.
const PRIVATE: [&str; 11] = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "192.0.0.0/24",
    "198.18.0.0/15",
    "fc00::/7",
    "fec0::/10",
    "64:ff9b::a00:0/104",
    "64:ff9b::ac10:0/108",
    "64:ff9b::c0a8:0/112",
];

/// Open connections of one environment, as many as it may have descriptors. Without a bound one function
/// could fill the host's table of connections.
const CONNECTIONS_MAX: u32 = 1024;

/// The table's name in the router's and in the host's network namespace.
pub(super) fn table(instance: &str) -> String {
    format!("hob_{instance}")
}

/// The whole packet filter of the router's namespace.
pub(super) fn router_rules(options: &RouterOptions, plan: &AddressPlan, host_addresses: &[IpAddr]) -> String {
    let never = constants(&NEVER).chain([plan.range()]).chain(options.deny.iter().copied());
    let sets = [
        set("never", never),
        set("host", host_addresses.iter().copied().map(single)),
        set("allowed", options.allow.iter().copied()),
        set("private", constants(&PRIVATE)),
    ]
    .concat();
    let (table, gateway) = (table(&options.instance), plan.gateway());
    let (environments, uplink) = (format!("{ENVIRONMENT_INTERFACE}*"), UPLINK_INTERFACE);
    let refuse = "reject with icmpx type admin-prohibited";
    format!(
        r#"table inet {table} {{
{sets}  set connections4 {{ type ipv4_addr; size 65536; flags dynamic; }}
  set connections6 {{ type ipv6_addr; size 65536; flags dynamic; }}
  chain prerouting {{
    type filter hook prerouting priority raw; policy accept;
    iifname "{environments}" fib saddr . iif oif missing drop
  }}
  chain input {{
    type filter hook input priority filter; policy drop;
    ct state established,related accept
    icmpv6 type {{ nd-neighbor-solicit, nd-neighbor-advert }} accept
    iifname "{environments}" ip daddr {gateway} meta l4proto {{ tcp, udp }} th dport 53 accept
    iifname "{environments}" {refuse}
  }}
  chain forward {{
    type filter hook forward priority filter; policy drop;
    ct state invalid drop
    ct state established,related accept
    iifname "{environments}" oifname "{uplink}" jump outbound
    iifname "{environments}" {refuse}
  }}
  chain outbound {{
    ip daddr @never4 {refuse}
    ip6 daddr @never6 {refuse}
    ip daddr @host4 {refuse}
    ip6 daddr @host6 {refuse}
    ip daddr @allowed4 goto admitted
    ip6 daddr @allowed6 goto admitted
    ip daddr @private4 {refuse}
    ip6 daddr @private6 {refuse}
    goto admitted
  }}
  chain admitted {{
    ct state new add @connections4 {{ ip saddr ct count over {CONNECTIONS_MAX} }} {refuse}
    ct state new add @connections6 {{ ip6 saddr ct count over {CONNECTIONS_MAX} }} {refuse}
    accept
  }}
  chain postrouting {{
    type nat hook postrouting priority srcnat; policy accept;
    oifname "{uplink}" masquerade
  }}
}}
"#
    )
}

/// Puts the host's present addresses in the place of those that the rules were made with.
pub(super) fn host_addresses_changed(instance: &str, addresses: &[IpAddr]) -> String {
    let table = table(instance);
    let mut script = format!("flush set inet {table} host4\nflush set inet {table} host6\n");
    for (name, elements) in by_family("host", addresses.iter().copied().map(single)) {
        if !elements.is_empty() {
            // Infallible: a String takes everything.
            let _ = writeln!(script, "add element inet {table} {name} {{ {elements} }}");
        }
    }
    script
}

/// The declarations of a set of networks, one per family.
fn set(name: &str, networks: impl Iterator<Item = Network>) -> String {
    let declare = |(name, elements): (String, String)| {
        let family = if name.ends_with('4') { "ipv4_addr" } else { "ipv6_addr" };
        let elements = if elements.is_empty() { elements } else { format!(" elements = {{ {elements} }};") };
        format!("  set {name} {{ type {family}; flags interval; auto-merge;{elements} }}\n")
    };
    by_family(name, networks).map(declare).concat()
}

/// The names of the two sets, each with its elements separated by commas.
fn by_family(name: &str, networks: impl Iterator<Item = Network>) -> [(String, String); 2] {
    let (v4, v6): (Vec<_>, Vec<_>) = networks.partition(Network::is_ipv4);
    let join =
        |networks: Vec<Network>| networks.iter().map(Network::to_string).collect::<Vec<_>>().join(", ");
    [(format!("{name}4"), join(v4)), (format!("{name}6"), join(v6))]
}

fn constants(networks: &[&str]) -> impl Iterator<Item = Network> {
    networks.iter().map(|network| network.parse().expect("constants, and a test parses them"))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::super::host::Host;
    use super::*;

    fn rules(allow: &[&str], deny: &[&str]) -> String {
        let options = RouterOptions {
            instance: "a1b2c3d4".to_owned(),
            directory: PathBuf::new(),
            allow: constants(allow).collect(),
            deny: constants(deny).collect(),
        };
        let plan = AddressPlan::choose(&options.instance, &Host::default(), true);
        router_rules(&options, &plan, &["203.0.113.5".parse().unwrap(), "2001:db8::5".parse().unwrap()])
    }

    fn set_named(rules: &str, name: &str) -> String {
        let start = format!("  set {name} ");
        rules.lines().find(|line| line.starts_with(&start)).unwrap().trim().to_owned()
    }

    #[test]
    fn the_hosts_addresses_are_refused_in_both_families() {
        let rules = rules(&[], &[]);
        assert_eq!(
            set_named(&rules, "host4"),
            "set host4 { type ipv4_addr; flags interval; auto-merge; elements = { 203.0.113.5/32 }; }"
        );
        assert_eq!(
            set_named(&rules, "host6"),
            "set host6 { type ipv6_addr; flags interval; auto-merge; elements = { 2001:db8::5/128 }; }"
        );
    }

    #[test]
    fn a_denied_network_is_refused_before_an_allowed_one_is_accepted() {
        let rules = rules(&["10.1.0.0/16"], &["10.1.2.0/24", "198.51.100.0/24"]);
        assert!(set_named(&rules, "allowed4").contains("elements = { 10.1.0.0/16 }"));
        assert!(set_named(&rules, "never4").contains("10.1.2.0/24, 198.51.100.0/24 }"));
        let position = |rule: &str| rules.find(rule).unwrap();
        assert!(position("ip daddr @never4") < position("ip daddr @allowed4"));
        assert!(position("ip daddr @host4") < position("ip daddr @allowed4"));
        assert!(position("ip daddr @allowed4") < position("ip daddr @private4"));
    }

    #[test]
    fn no_private_network_is_allowed_by_default() {
        let rules = rules(&[], &[]);
        assert_eq!(
            set_named(&rules, "allowed4"),
            "set allowed4 { type ipv4_addr; flags interval; auto-merge; }"
        );
        assert!(
            set_named(&rules, "private4")
                .contains("10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10")
        );
    }
}
