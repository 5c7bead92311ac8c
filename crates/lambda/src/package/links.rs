//! Symbolic links inside a package: kept if they lead to places inside it.

use std::collections::BTreeMap;

use super::path::EntryPath;

/// As many as the kernel follows in one path.
const FOLLOWED_MAX: usize = 40;

/// Components walked for one link; keeps a package of hostile links cheap to refuse.
const WALKED_MAX: usize = 1000;

/// Whether `link` ends inside the package, following the package's other links on the way. Where it ends
/// nothing need be: a dangling link is the function's own affair.
pub(super) fn stays_inside(link: &EntryPath, links: &BTreeMap<EntryPath, String>) -> bool {
    let mut place: Vec<&str> = Vec::new();
    // What is still to be walked, the next component last.
    let mut ahead: Vec<&str> = link.components().collect();
    ahead.reverse();
    let mut followed = 0;
    for _ in 0..WALKED_MAX {
        let Some(component) = ahead.pop() else { return true };
        match component {
            "" | "." => {}
            ".." if place.pop().is_none() => return false,
            ".." => {}
            name => {
                place.push(name);
                let Some(target) = link_at(&place, links) else { continue };
                followed += 1;
                if target.starts_with('/') || target.contains('\0') || followed > FOLLOWED_MAX {
                    return false;
                }
                place.pop();
                ahead.extend(target.rsplit('/'));
            }
        }
    }
    false
}

fn link_at<'a>(place: &[&str], links: &'a BTreeMap<EntryPath, String>) -> Option<&'a str> {
    EntryPath::parse(&place.join("/")).and_then(|path| links.get(&path)).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> EntryPath {
        EntryPath::parse(text).unwrap()
    }

    fn check(links: &[(&str, &str)], link: &str, inside: bool) {
        let links = links.iter().map(|(from, to)| (path(from), (*to).to_owned())).collect();
        assert_eq!(stays_inside(&path(link), &links), inside, "{link} in {links:?}");
    }

    #[test]
    fn a_link_may_lead_anywhere_inside() {
        check(&[("bin/tool", "../lib/tool.js")], "bin/tool", true);
        check(&[("here", ".")], "here", true);
        check(&[("dangling", "no/such/file")], "dangling", true);
        check(&[("node_modules/.bin/a", "../a/cli.js")], "node_modules/.bin/a", true);
    }

    #[test]
    fn a_link_may_not_lead_out() {
        check(&[("up", "..")], "up", false);
        check(&[("a/up", "../../etc")], "a/up", false);
        check(&[("etc", "/etc/passwd")], "etc", false);
    }

    #[test]
    fn a_chain_of_links_may_not_lead_out_either() {
        let links = [("a/b/root", "../.."), ("escape", "a/b/root/../x")];
        check(&links, "a/b/root", true);
        check(&links, "escape", false);
    }

    #[test]
    fn a_loop_is_refused() {
        check(&[("a", "b"), ("b", "a")], "a", false);
    }
}
