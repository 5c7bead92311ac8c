//! What must not be called where only system calls stand between a function and the host's other processes: by the same
//! user, in the same namespaces, with Landlock to guard files but not what is said of them.

use std::collections::BTreeMap;

use libc::*;
use seccompiler::{
    BackendError, SeccompCmpArgLen as Width, SeccompCmpOp as Compare, SeccompCondition as Condition,
    SeccompRule as Rule,
};

type Rules = BTreeMap<i64, Vec<Rule>>;

/// Calls that programs get on without: System V and POSIX interprocess communication is the whole host's, and what a
/// file without a name holds is in no process's memory, so that nobody would see it.
pub(super) const ABSENT: &[i64] = &[
    SYS_shmget,
    SYS_shmat,
    SYS_shmdt,
    SYS_shmctl,
    SYS_semget,
    SYS_semop,
    SYS_semctl,
    SYS_semtimedop,
    SYS_msgget,
    SYS_msgsnd,
    SYS_msgrcv,
    SYS_msgctl,
    SYS_mq_open,
    SYS_mq_unlink,
    SYS_mq_timedsend,
    SYS_mq_timedreceive,
    SYS_mq_notify,
    SYS_mq_getsetattr,
    SYS_memfd_create,
];

/// Changes by name of a file's mode and times: Landlock lets them pass everywhere, and the files are this user's. The
/// sandbox's supervisor makes them in its place; by descriptor they are allowed, which one only has of what one may open.
pub(super) const ASKED: &[i64] = &[
    #[cfg(target_arch = "x86_64")]
    SYS_chmod,
    SYS_fchmodat,
    // fchmodat2; absent from older headers.
    452,
    SYS_utimensat,
];

/// Likewise, but nobody makes them: changes of owners and attributes, which functions get on without, and calls that
/// libraries have left behind.
const BY_NAME: &[i64] = &[
    SYS_fchownat,
    SYS_setxattr,
    SYS_lsetxattr,
    SYS_removexattr,
    SYS_lremovexattr,
    #[cfg(target_arch = "x86_64")]
    SYS_chown,
    #[cfg(target_arch = "x86_64")]
    SYS_lchown,
    #[cfg(target_arch = "x86_64")]
    SYS_utime,
    #[cfg(target_arch = "x86_64")]
    SYS_utimes,
    #[cfg(target_arch = "x86_64")]
    SYS_futimesat,
];

/// Calls that change another process of the same user if they are told its number; 0 is the caller.
const OF_ANY_PROCESS: &[i64] =
    &[SYS_prlimit64, SYS_sched_setaffinity, SYS_sched_setparam, SYS_sched_setscheduler, SYS_sched_setattr];

/// Likewise, behind what says whether the number is of a process, a group or a user.
const OF_ANY_GROUP: &[(i64, u64)] = &[(SYS_setpriority, PRIO_PROCESS as u64), (SYS_ioprio_set, 1)];

/// With EPERM.
pub(super) fn refused(limits_truncation: bool) -> Result<Rules, BackendError> {
    let always = |call: &i64| (*call, Vec::new());
    let mut rules: Rules = BY_NAME.iter().map(always).collect();
    if !limits_truncation {
        rules.insert(SYS_truncate, Vec::new());
    }
    for call in OF_ANY_PROCESS {
        rules.insert(*call, vec![Rule::new(vec![number(0, Compare::Ne, 0)?])?]);
    }
    for (call, process) in OF_ANY_GROUP {
        let others = [number(0, Compare::Ne, *process)?, number(1, Compare::Ne, 0)?];
        rules.insert(
            *call,
            others.map(|condition| Rule::new(vec![condition])).into_iter().collect::<Result<_, _>>()?,
        );
    }
    // All processes of this user.
    let everybody = u64::from((-1_i32).cast_unsigned());
    rules.insert(SYS_kill, vec![Rule::new(vec![number(0, Compare::Eq, everybody)?])?]);
    // A connection that is made by sending: Landlock looks at `connect`.
    let fast_open = Compare::MaskedEq(MSG_FASTOPEN as u64);
    for (call, flags) in [(SYS_sendto, 3), (SYS_sendmsg, 2), (SYS_sendmmsg, 3)] {
        let rule = Rule::new(vec![number(flags, fast_open.clone(), MSG_FASTOPEN as u64)?])?;
        rules.insert(call, vec![rule]);
    }
    Ok(rules)
}

/// With EAFNOSUPPORT: a socket that could be connected to a service of this machine by a name in the file system, and
/// protocols over TCP's addresses that Landlock does not take for TCP. What `socketpair` makes is connected already,
/// but for datagrams, which can be connected anew.
pub(super) fn sockets() -> Result<Rules, BackendError> {
    const TYPE: u64 = 0xf;
    const PROTOCOLS: [i32; 5] = [0, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_ICMPV6];
    let unix = Rule::new(vec![number(0, Compare::Eq, AF_UNIX as u64)?])?;
    let other = |family: i32| {
        let is_family = number(0, Compare::Eq, family as u64);
        let differs = PROTOCOLS.map(|protocol| number(2, Compare::Ne, protocol as u64));
        Rule::new(std::iter::once(is_family).chain(differs).collect::<Result<_, _>>()?)
    };
    let datagrams = number(1, Compare::MaskedEq(TYPE), SOCK_DGRAM as u64)?;
    Ok(BTreeMap::from([
        (SYS_socket, vec![unix, other(AF_INET)?, other(AF_INET6)?]),
        (SYS_socketpair, vec![Rule::new(vec![datagrams])?]),
    ]))
}

/// The kernel reads 32 bits of it.
fn number(argument: u8, compare: Compare, value: u64) -> Result<Condition, BackendError> {
    Condition::new(argument, Width::Dword, compare, value)
}
