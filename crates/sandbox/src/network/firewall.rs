//! The host's own firewall. Many refuse to forward what they do not know (Docker and ufw set such a policy): a
//! router's uplink is made known at the top of each chain that decides about forwarding.

use std::io;

use super::nft::Nft;

/// A chain that decides about forwarded packets, as nft names it: family, table, chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ForwardChain(String);

/// Lets the interface's packets out, and their answers in. What else may come in is our own table's decision.
pub(super) fn open(nft: &Nft, chains: &[ForwardChain], interface: &str) -> io::Result<()> {
    if chains.is_empty() {
        return Ok(());
    }
    let rules = |ForwardChain(chain): &ForwardChain| {
        format!(
            "insert rule {chain} oifname \"{interface}\" ct state established,related accept\n\
             insert rule {chain} iifname \"{interface}\" accept\n"
        )
    };
    nft.run(&chains.iter().map(rules).collect::<String>()).map(drop)
}

/// Removes what [`open`] inserted.
pub(super) fn close(nft: &Nft, interface: &str) -> io::Result<()> {
    for ForwardChain(chain) in forward_chains(&nft.run("list chains")?) {
        let listing = nft.run(&format!("list chain {chain}\n"))?;
        let delete = |handle| format!("delete rule {chain} handle {handle}\n");
        let script: String = handles(&listing, interface).map(delete).collect();
        if !script.is_empty() {
            nft.run(&script)?;
        }
    }
    Ok(())
}

/// In what nft prints for `list chains`, those that are not Hob's.
pub(super) fn forward_chains(listing: &str) -> Vec<ForwardChain> {
    let (mut table, mut chain, mut found) = ("", "", Vec::new());
    for line in listing.lines().map(str::trim) {
        if let Some(name) = header(line, "table ") {
            table = name;
        } else if let Some(name) = header(line, "chain ") {
            chain = name;
        } else if line.starts_with("type filter hook forward ") && decides(table) {
            found.push(ForwardChain(format!("{table} {chain}")));
        }
    }
    found
}

/// The name in a line such as `chain FORWARD { # handle 2`.
fn header<'a>(line: &'a str, kind: &str) -> Option<&'a str> {
    Some(line.strip_prefix(kind)?.split_once(" {")?.0)
}

/// Tables for bridges see no routed packets.
fn decides(table: &str) -> bool {
    let (family, name) = table.split_once(' ').unwrap_or_default();
    matches!(family, "ip" | "ip6" | "inet") && !name.starts_with("hob_")
}

/// The numbers of the rules that name the interface.
fn handles<'a>(listing: &'a str, interface: &str) -> impl Iterator<Item = &'a str> {
    let quoted = format!("\"{interface}\"");
    listing
        .lines()
        .filter(move |line| line.contains(&quoted))
        .filter_map(|line| Some(line.rsplit_once("# handle ")?.1.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chains_that_decide_about_forwarding_are_found_in_all_tables_but_hobs_own() {
        let listing = "table ip filter { # handle 1\n\
            \tchain INPUT { # handle 1\n\t\ttype filter hook input priority filter; policy accept;\n\t}\n\
            \tchain FORWARD { # handle 2\n\t\ttype filter hook forward priority filter; policy drop;\n\t}\n\
            \tchain DOCKER {\n\t}\n}\n\
            table inet hob_a1b2c3d4 {\n\tchain forward {\n\t\ttype filter hook forward priority filter;\n\t}\n}\n\
            table bridge filter {\n\tchain forward {\n\t\ttype filter hook forward priority filter;\n\t}\n}\n";
        assert_eq!(forward_chains(listing), [ForwardChain("ip filter FORWARD".to_owned())]);
    }

    #[test]
    fn the_rules_of_one_interface_are_found_by_their_handles() {
        let listing = "table ip filter {\n\tchain FORWARD { # handle 2\n\
            \t\tiifname \"hob-a\" accept # handle 9\n\
            \t\tiifname \"hob-ab\" accept # handle 10\n\
            \t\toifname \"hob-a\" ct state established,related accept # handle 8\n\t}\n}\n";
        assert_eq!(handles(listing, "hob-a").collect::<Vec<_>>(), ["9", "8"]);
    }
}
