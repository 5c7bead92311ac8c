//! Which system calls a function may make.
//!
//! What is not on the list does not exist (ENOSYS), so that libraries fall back to what does. What an ordinary
//! user may not do anyway is refused as the kernel itself would refuse it (EPERM). The first filter decides by number;
//! the others look at arguments, and each has one answer. Where two answer, the one installed last wins.

mod allowed;
mod asked;
mod by_number;
mod shared_host;
mod shared_user;

pub(crate) use self::asked::Asked;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::os::unix::ffi::OsStringExt;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen as Width, SeccompCmpOp as Compare,
    SeccompCondition as Condition, SeccompFilter, SeccompRule as Rule, TargetArch, sock_filter,
};

/// `clone3` is not allowed at all: its flags lie in memory, where a filter cannot read them. Every library falls
/// back to `clone` on ENOSYS.
const NEW_NAMESPACES: [libc::c_int; 8] = [
    libc::CLONE_NEWNS,
    libc::CLONE_NEWCGROUP,
    libc::CLONE_NEWUTS,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWNET,
    libc::CLONE_NEWTIME,
];

/// The families of sockets that functions need; of others (packet, vsock, alg, …) some ignore network namespaces,
/// and many have been a way into the kernel.
const SOCKET_FAMILIES: [libc::c_int; 4] = [libc::AF_UNIX, libc::AF_INET, libc::AF_INET6, libc::AF_NETLINK];

/// The compiled filters. Made once, installed in every sandbox.
pub(crate) struct Filters(Vec<BpfProgram>);

impl Filters {
    pub(crate) fn compile() -> io::Result<Self> {
        let namespaces = new_namespaces().map_err(io::Error::other)?;
        let sockets = [other_socket_family(), other_netlink_protocol()].into_iter().collect::<Result<_, _>>();
        let families = BTreeMap::from([(libc::SYS_socket, sockets.map_err(io::Error::other)?)]);
        Ok(Self(vec![
            by_number::filter(&listed(), answer(libc::ENOSYS))?,
            program(namespaces, SeccompAction::Allow, errno(libc::EPERM))?,
            program(families, SeccompAction::Allow, errno(libc::EAFNOSUPPORT))?,
        ]))
    }

    /// Likewise, and what would reach beyond a sandbox that shares the namespaces of its host. `limits_truncation`:
    /// Landlock does.
    pub(crate) fn compile_for_landlock(limits_truncation: bool) -> io::Result<Self> {
        let Self(mut filters) = Self::compile()?;
        let refused = shared_host::refused(limits_truncation).map_err(io::Error::other)?;
        filters.push(program(refused, SeccompAction::Allow, errno(libc::EPERM))?);
        let absent = shared_host::ABSENT.iter().map(|call| (*call, Vec::new())).collect();
        filters.push(program(absent, SeccompAction::Allow, errno(libc::ENOSYS))?);
        let sockets = shared_host::sockets().map_err(io::Error::other)?;
        filters.push(program(sockets, SeccompAction::Allow, errno(libc::EAFNOSUPPORT))?);
        Ok(Self(filters))
    }

    /// Likewise, and what would harm an init of the same user. `limits_memory`: a control group does.
    pub(crate) fn compile_for_shared_user(limits_memory: bool) -> io::Result<Self> {
        let Self(mut filters) = Self::compile()?;
        let refused = shared_user::refused().map_err(io::Error::other)?;
        filters.push(program(refused, SeccompAction::Allow, errno(libc::EPERM))?);
        if !limits_memory {
            filters.push(program(shared_user::absent(), SeccompAction::Allow, errno(libc::ENOSYS))?);
            let ignored = shared_user::ignored().map_err(io::Error::other)?;
            filters.push(program(ignored, SeccompAction::Allow, errno(0))?);
        }
        Ok(Self(filters))
    }

    /// As the kernel takes them, in the order in which to install them.
    pub(crate) fn compiled(&self) -> Vec<OsString> {
        self.0
            .iter()
            .map(|program| OsString::from_vec(program.iter().flat_map(instruction).collect()))
            .collect()
    }

    /// From here on, and for all that this process starts. It must have given up new privileges.
    pub(crate) fn install(&self) -> io::Result<()> {
        self.0.iter().try_for_each(|program| seccompiler::apply_filter(program).map_err(io::Error::other))
    }
}

/// One `struct sock_filter`.
fn instruction(filter: &sock_filter) -> Vec<u8> {
    [&filter.code.to_ne_bytes()[..], &[filter.jt, filter.jf], &filter.k.to_ne_bytes()].concat()
}

fn listed() -> BTreeMap<i64, u32> {
    let allowed = allowed::SYSTEM_CALLS.iter().flat_map(|(_, calls)| calls.iter());
    let allowed = allowed.map(|call| (*call, libc::SECCOMP_RET_ALLOW));
    allowed.chain(allowed::REFUSED.iter().map(|call| (*call, answer(libc::EPERM)))).collect()
}

fn new_namespaces() -> Result<BTreeMap<i64, Vec<Rule>>, seccompiler::BackendError> {
    let mut rules: BTreeMap<i64, Vec<Rule>> = BTreeMap::new();
    for call in [libc::SYS_clone, libc::SYS_unshare] {
        let with = |flag: libc::c_int| {
            let flag = u64::from(flag.cast_unsigned());
            Rule::new(vec![Condition::new(0, Width::Qword, Compare::MaskedEq(flag), flag)?])
        };
        // CLONE_NEWTIME lies among the bits in which clone has the child's exit signal.
        let flags = NEW_NAMESPACES
            .into_iter()
            .filter(|flag| call == libc::SYS_unshare || *flag != libc::CLONE_NEWTIME);
        rules.insert(call, flags.map(with).collect::<Result<_, _>>()?);
    }
    Ok(rules)
}

fn other_socket_family() -> Result<Rule, seccompiler::BackendError> {
    let differs =
        |family: libc::c_int| Condition::new(0, Width::Dword, Compare::Ne, u64::from(family.cast_unsigned()));
    Rule::new(SOCKET_FAMILIES.into_iter().map(differs).collect::<Result<_, _>>()?)
}

/// Of netlink a function needs only what lists its addresses (`getifaddrs`); the firewall's and others have been a
/// way into the kernel.
fn other_netlink_protocol() -> Result<Rule, seccompiler::BackendError> {
    let netlink = u64::from(libc::AF_NETLINK.cast_unsigned());
    let route = u64::from(libc::NETLINK_ROUTE.cast_unsigned());
    Rule::new(vec![
        Condition::new(0, Width::Dword, Compare::Eq, netlink)?,
        Condition::new(2, Width::Dword, Compare::Ne, route)?,
    ])
}

/// An error of the kernel's in place of what was asked for.
fn answer(error: libc::c_int) -> u32 {
    libc::SECCOMP_RET_ERRNO | error.cast_unsigned()
}

fn errno(number: libc::c_int) -> SeccompAction {
    SeccompAction::Errno(number.cast_unsigned())
}

/// System calls of another architecture (32-bit ones on x86-64) end the process; those of x32 have numbers that
/// are on no list.
fn program(
    rules: BTreeMap<i64, Vec<Rule>>,
    otherwise: SeccompAction,
    on_match: SeccompAction,
) -> io::Result<BpfProgram> {
    let architecture = TargetArch::try_from(std::env::consts::ARCH).map_err(io::Error::other)?;
    let filter = SeccompFilter::new(rules, otherwise, on_match, architecture).map_err(io::Error::other)?;
    filter.try_into().map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filters_compile() {
        Filters::compile().unwrap();
    }

    #[test]
    fn no_call_is_both_allowed_and_refused() {
        let allowed = allowed::SYSTEM_CALLS.iter().flat_map(|(_, calls)| calls.iter());
        let both: Vec<&i64> = allowed.filter(|call| allowed::REFUSED.contains(call)).collect();
        assert!(both.is_empty(), "{both:?}");
    }

    #[test]
    fn what_no_function_needs_is_not_there() {
        // The older asynchronous files come from one pool for the whole machine (`fs.aio-max-nr`), which a single
        // function could take from the host's databases.
        let asynchronous_files = [libc::SYS_io_setup, libc::SYS_io_submit];
        let rings = [libc::SYS_io_uring_setup, libc::SYS_io_uring_enter];
        for call in [libc::SYS_clone3].into_iter().chain(rings).chain(asynchronous_files) {
            assert!(!allowed::SYSTEM_CALLS.iter().any(|(_, calls)| calls.contains(&call)));
        }
    }
}
