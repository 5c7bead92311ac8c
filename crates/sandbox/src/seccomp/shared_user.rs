//! What must not be called where a sandbox's init has the function's own user, as in an ordinary user's sandboxes. From
//! signals and `ptrace` the kernel protects it, from changes of its limits and priorities not: without descriptors, or
//! without time, it could neither watch memory nor start the runtime again.

use std::collections::BTreeMap;

use libc::*;
use seccompiler::{
    BackendError, SeccompCmpArgLen as Width, SeccompCmpOp as Compare, SeccompCondition as Condition,
    SeccompRule as Rule,
};

type Rules = BTreeMap<i64, Vec<Rule>>;

/// Pid 1 of the sandbox.
const INIT: u64 = 1;

/// Calls that change a process, and which argument has its number.
const OF_A_PROCESS: [(i64, u8); 7] = [
    (SYS_prlimit64, 0),
    (SYS_sched_setaffinity, 0),
    (SYS_sched_setparam, 0),
    (SYS_sched_setscheduler, 0),
    (SYS_sched_setattr, 0),
    (SYS_setpriority, 1),
    (SYS_ioprio_set, 1),
];

/// Memory that belongs to no process is not seen by who only looks at processes. Programs get on without it.
const UNSEEN_MEMORY: [i64; 2] = [SYS_memfd_create, SYS_shmget];

/// With EPERM.
pub(super) fn refused() -> Result<Rules, BackendError> {
    let of_the_init = |(call, argument)| {
        let is_init = Condition::new(argument, Width::Dword, Compare::Eq, INIT)?;
        Ok((call, vec![Rule::new(vec![is_init])?]))
    };
    OF_A_PROCESS.into_iter().map(of_the_init).collect()
}

/// With success, where no control group counts memory: a copy of a zygote could hide itself even from the init, because
/// its memory is older than the sandbox's user namespace. Inside there is nobody else to hide from.
pub(super) fn ignored() -> Result<Rules, BackendError> {
    let hides = Condition::new(0, Width::Dword, Compare::Eq, PR_SET_DUMPABLE as u64)?;
    Ok(BTreeMap::from([(SYS_prctl, vec![Rule::new(vec![hides])?])]))
}

/// With ENOSYS, where no control group counts memory.
pub(super) fn absent() -> Rules {
    UNSEEN_MEMORY.into_iter().map(|call| (call, Vec::new())).collect()
}
