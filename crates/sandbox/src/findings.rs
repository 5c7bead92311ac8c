//! What to tell of the isolation that was found, with a way to make it stronger.

use std::fs;

use crate::cgroup::{Layout, Version};
use crate::namespaces::Abilities;
use crate::report::{Finding, Subject};

pub(crate) const DELEGATE: &str = "run Hob as root, or in a delegated group: \
                        systemd-run --user --scope -p Delegate=yes hob up";

/// One per subject, for sandboxes that work.
pub(crate) fn findings(abilities: &Abilities, cgroups: &Layout) -> Vec<Finding> {
    vec![
        isolation(abilities),
        groups(cgroups),
        memory(abilities, cgroups),
        cpu(cgroups),
        processes(cgroups),
        freezing(cgroups),
        tmp(abilities),
        network(abilities),
        Finding::full(Subject::Seccomp, "allow-list, three filters"),
    ]
}

/// For sandboxes that do not work.
pub(crate) fn none(reason: &str) -> Vec<Finding> {
    vec![Finding::missing(Subject::Isolation, "none", reason, &fix_for_namespaces())]
}

fn isolation(abilities: &Abilities) -> Finding {
    match abilities.rootless {
        false => Finding::full(Subject::Isolation, "namespaces, as root"),
        true => Finding::full(Subject::Isolation, "namespaces, in user namespaces"),
    }
}

pub(crate) fn groups(cgroups: &Layout) -> Finding {
    let places = [&cgroups.memory, &cgroups.cpu, &cgroups.pids];
    let has =
        |version| places.iter().any(|place| place.as_ref().is_some_and(|place| place.version == version));
    let state = match (has(Version::V1), has(Version::V2)) {
        (true, true) => "versions 1 and 2",
        (true, false) => "version 1",
        (false, true) => "version 2",
        (false, false) => "none that this server may use",
    };
    match places.iter().all(|place| place.is_some()) {
        true => Finding::full(Subject::Cgroups, state),
        false => Finding::reduced(
            Subject::Cgroups,
            state,
            "not all controllers can be used by this user",
            DELEGATE,
        ),
    }
}

fn memory(abilities: &Abilities, cgroups: &Layout) -> Finding {
    const SUPERVISED: &str = "watched several times a second";
    match (&cgroups.memory, &abilities.no_images) {
        (Some(_), None) => Finding::full(Subject::Memory, "limited by the kernel"),
        (Some(_), Some(_)) => Finding::reduced(
            Subject::Memory,
            SUPERVISED,
            "/tmp is memory, so the kernel's limit has to have room for it",
            "see /tmp",
        ),
        (None, _) => Finding::reduced(
            Subject::Memory,
            SUPERVISED,
            "no memory controller can be used by this user",
            DELEGATE,
        ),
    }
}

pub(crate) fn cpu(cgroups: &Layout) -> Finding {
    match cgroups.cpu {
        Some(_) => Finding::full(Subject::Cpu, "in proportion to the memory"),
        None => Finding::reduced(
            Subject::Cpu,
            "unlimited",
            "no cpu controller can be used by this user",
            DELEGATE,
        ),
    }
}

fn processes(cgroups: &Layout) -> Finding {
    match cgroups.pids {
        Some(_) => Finding::full(Subject::Processes, "limited to 1024"),
        None => Finding::full(Subject::Processes, "limited to 1024, by resource limit"),
    }
}

fn freezing(cgroups: &Layout) -> Finding {
    match cgroups.freezer {
        Some(_) => Finding::full(Subject::Freezing, "between invocations"),
        None => Finding::reduced(
            Subject::Freezing,
            "functions run on between invocations",
            "no group can be frozen by this user",
            DELEGATE,
        ),
    }
}

fn tmp(abilities: &Abilities) -> Finding {
    match &abilities.no_images {
        None => Finding::full(Subject::Tmp, "a file system of its own on disk"),
        Some(reason) => Finding::reduced(
            Subject::Tmp,
            "in memory",
            reason,
            "run Hob as root on a machine with loop devices and mkfs.ext4 (package e2fsprogs)",
        ),
    }
}

fn network(abilities: &Abilities) -> Finding {
    match (&abilities.uplink, &abilities.no_uplink) {
        (Some(uplink), _) => Finding::full(Subject::Network, uplink),
        (None, reason) => Finding::reduced(
            Subject::Network,
            "only Hob itself can be reached from functions",
            reason.as_deref().unwrap_or("there is no router"),
            "as root install the package nftables, else nftables and passt",
        ),
    }
}

/// Distributions and containers take the right to make user namespaces away in different ways.
fn fix_for_namespaces() -> String {
    let is = |file: &str, value: &str| fs::read_to_string(file).is_ok_and(|text| text.trim() == value);
    let sysctl = if is("/proc/sys/user/max_user_namespaces", "0") {
        "user.max_user_namespaces=10000"
    } else if is("/proc/sys/kernel/unprivileged_userns_clone", "0") {
        "kernel.unprivileged_userns_clone=1"
    } else if is("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1") {
        "kernel.apparmor_restrict_unprivileged_userns=0"
    } else {
        return "run Hob as root; in a container, start that with --privileged".to_owned();
    };
    format!("run Hob as root, or let users make namespaces: sudo sysctl -w {sysctl}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cgroup::Place;
    use crate::report::Grade;

    fn abilities() -> Abilities {
        Abilities {
            rootless: false,
            no_images: None,
            uplink: Some("IPv4 through a veth pair".into()),
            no_uplink: None,
        }
    }

    fn all_controllers() -> Layout {
        let place = Some(Place { version: Version::V1, directory: "/sys/fs/cgroup/x".into() });
        Layout { memory: place.clone(), cpu: place.clone(), pids: place.clone(), freezer: place }
    }

    #[test]
    fn where_all_is_there_nothing_is_to_be_done() {
        let findings = findings(&abilities(), &all_controllers());
        assert!(findings.iter().all(|finding| finding.grade == Grade::Full && finding.fix.is_none()));
        assert_eq!(findings.len(), 9);
    }

    #[test]
    fn whatever_is_missing_comes_with_a_reason_and_a_fix() {
        let abilities =
            Abilities { rootless: true, no_images: Some("not root".into()), uplink: None, no_uplink: None };
        let findings = findings(&abilities, &Layout::default());
        let reduced: Vec<Subject> = findings
            .iter()
            .filter(|finding| finding.grade != Grade::Full)
            .inspect(|finding| assert!(finding.reason.is_some() && finding.fix.is_some(), "{finding:?}"))
            .map(|finding| finding.subject)
            .collect();
        let expected = [
            Subject::Cgroups,
            Subject::Memory,
            Subject::Cpu,
            Subject::Freezing,
            Subject::Tmp,
            Subject::Network,
        ];
        assert_eq!(reduced, expected);
    }
}
