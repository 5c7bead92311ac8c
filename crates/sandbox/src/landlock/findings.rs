//! What to tell of this tier: exactly what is weaker than where there are namespaces.

use super::ruleset::Abi;
use crate::cgroup::Layout;
use crate::report::{Finding, Subject};

const NAMESPACES: &str =
    "run Hob where it can make namespaces: as root, or with unprivileged user namespaces";

/// One per subject, for sandboxes that work.
pub(crate) fn findings(abi: Abi, cgroups: &Layout, reason: &str) -> Vec<Finding> {
    vec![
        Finding::reduced(
            Subject::Isolation,
            format!("landlock, version {} of its interface", abi.0),
            reason,
            NAMESPACES,
        ),
        crate::findings::groups(cgroups),
        memory(cgroups),
        crate::findings::cpu(cgroups),
        processes(cgroups),
        tmp(),
        files(abi),
        network(abi),
        signals(abi),
        Finding::full(Subject::Seccomp, "allow-list, six filters"),
    ]
}

fn memory(cgroups: &Layout) -> Finding {
    match cgroups.memory {
        Some(_) => Finding::full(Subject::Memory, "limited by the kernel"),
        None => Finding::reduced(
            Subject::Memory,
            "watched several times a second",
            "no memory controller can be used by this user",
            crate::findings::DELEGATE,
        ),
    }
}

fn processes(cgroups: &Layout) -> Finding {
    match cgroups.pids {
        Some(_) => Finding::full(Subject::Processes, "limited to 1024"),
        None => Finding::reduced(
            Subject::Processes,
            "a function with more than 1024 is ended",
            "no pids controller can be used by this user, whose resource limit counts all processes at once",
            crate::findings::DELEGATE,
        ),
    }
}

fn tmp() -> Finding {
    Finding::reduced(
        Subject::Tmp,
        "a directory of its own, named by TMPDIR; a function that overfills it is ended",
        "without a mount namespace the path /tmp is the host's, which functions may not use; \
         /var/task, /opt and /var/runtime are elsewhere, too, where LAMBDA_TASK_ROOT and the like say",
        NAMESPACES,
    )
}

fn files(abi: Abi) -> Finding {
    let state = "what is not the function's own, or a system's program, can be neither read nor written";
    let reason = match abi.limits_truncation() {
        true => "that a file exists, its size and its times can be seen",
        false => {
            "that a file exists, its size and its times can be seen; Landlock before version 3 does not limit \
                  truncation, which a system call filter refuses everywhere instead"
        }
    };
    Finding::reduced(Subject::Files, state, reason, NAMESPACES)
}

fn network(abi: Abi) -> Finding {
    match abi.limits_ports() {
        true => Finding::reduced(
            Subject::Network,
            "connects to well-known TCP ports; listens on none",
            "Landlock limits ports and not addresses, and no UDP: of this machine's services those on these ports \
             can be reached, Hob's own among them if it listens on one",
            NAMESPACES,
        ),
        false => Finding::reduced(
            Subject::Network,
            "everything that this user can reach, this machine's services and Hob's own API among it",
            "Landlock before version 4 does not limit the network",
            "a kernel from 6.7 on, or where Hob can make namespaces",
        ),
    }
}

fn signals(abi: Abi) -> Finding {
    match abi.limits_signals() {
        true => Finding::full(Subject::Signals, "reach the function's own processes only"),
        false => Finding::reduced(
            Subject::Signals,
            "reach every process of this user, the server among them",
            "Landlock before version 6 does not limit signals",
            "a kernel from 6.12 on, or where Hob can make namespaces",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Grade;

    fn reduced(abi: u32) -> Vec<Subject> {
        let findings = findings(Abi(abi), &Layout::default(), "no namespaces");
        let reduced = findings.into_iter().filter(|finding| finding.grade == Grade::Reduced);
        reduced
            .inspect(|finding| assert!(finding.reason.is_some() && finding.fix.is_some()))
            .map(|f| f.subject)
            .collect()
    }

    #[test]
    fn an_older_landlock_is_weaker() {
        assert!(!reduced(6).contains(&Subject::Signals));
        assert!(reduced(5).contains(&Subject::Signals));
    }

    #[test]
    fn what_is_weaker_comes_with_a_reason_and_a_fix() {
        use Subject::*;
        assert_eq!(reduced(7), [Isolation, Cgroups, Memory, Cpu, Processes, Tmp, Files, Network]);
    }
}
