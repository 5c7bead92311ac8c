//! The uplink without root: a `pasta` process (Debian's package `passt`), which turns the router's packets into
//! traffic of sockets that it opens in the host's network namespace.

use std::fs::{self, File};
use std::io::{self, PipeReader, Read as _};
use std::os::fd::{AsFd as _, AsRawFd as _, BorrowedFd};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::mount::{UnmountFlags, mount_bind, unmount};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, set_parent_process_death_signal};

use super::host::Host;
use super::namespace;
use super::netlink::{ROUTE_CHANGES, RouteSocket};
use super::nft::find_program;
use super::plan::AddressPlan;
use super::policy::UPLINK_INTERFACE;

/// What pasta gives its interface: it ends TCP connections itself, so segments never have this size outside.
pub(super) const MTU: u32 = 65_520;

/// It takes some tens of milliseconds.
const READY_DEADLINE: Timespec = Timespec { tv_sec: 3, tv_nsec: 0 };

/// Ends with the value.
#[derive(Debug)]
pub(super) struct PastaUplink {
    child: Child,
    /// Kept open, as pasta would die of writing its messages to nobody.
    _messages: PipeReader,
}

impl PastaUplink {
    /// Returns when packets can leave. To be called from the thread whose end should end pasta too.
    /// The router's namespace is mounted in the directory meanwhile.
    pub(super) fn connect(router: BorrowedFd<'_>, directory: &Path, plan: &AddressPlan) -> io::Result<Self> {
        let program = find_program("pasta").ok_or_else(not_installed)?;
        let mounted = MountedNamespace::new(router, directory)?;
        let routes = namespace::inside(router, || RouteSocket::open_for_changes(ROUTE_CHANGES))?;
        let (mut messages, writer) = io::pipe()?;
        // Messages that nobody reads are lost rather than waited for.
        rustix::io::ioctl_fionbio(&writer, true)?;
        let mut child = spawn(&mut command(program, &mounted, plan), writer)?;
        match wait_until_ready(&child, &routes, router, plan) {
            Ok(()) => Ok(Self { child, _messages: messages }),
            Err(error) => {
                let _ = child.kill();
                child.wait()?;
                let mut said = String::new();
                let _ = messages.read_to_string(&mut said);
                Err(io::Error::new(error.kind(), format!("pasta: {error}: {}", said.trim())))
            }
        }
    }
}

impl Drop for PastaUplink {
    fn drop(&mut self) {
        // It may have ended by itself already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn not_installed() -> io::Error {
    io::Error::other("the server is not root and pasta is not installed; install the package passt")
}

fn command(program: PathBuf, namespace: &MountedNamespace, plan: &AddressPlan) -> Command {
    let (gateway, address) = plan.uplink();
    let mut command = Command::new(program);
    command
        .args(["--foreground", "--quiet", "--config-net", "--no-netns-quit", "--ns-ifname", UPLINK_INTERFACE])
        // Nothing of the host answers under the gateway's address, and no port is forwarded either way.
        .args(["--no-map-gw", "-t", "none", "-u", "none", "-T", "none", "-U", "none"])
        .args(["--no-dhcp", "--no-dhcpv6", "--no-ra"])
        .args(["-a", &address.to_string(), "-n", "30", "-g", &gateway.to_string()]);
    match plan.uplink_ipv6() {
        Some((gateway, address)) => command.args(["-a", &address.to_string(), "-g", &gateway.to_string()]),
        None => command.arg("--ipv4-only"),
    };
    command.arg("--netns").arg(&namespace.0);
    command
}

/// The path of a network namespace: pasta gives up the rights that it would need to take another process's
/// descriptor.
struct MountedNamespace(PathBuf);

impl MountedNamespace {
    fn new(namespace: BorrowedFd<'_>, directory: &Path) -> io::Result<Self> {
        let mounted = Self(directory.join("router.netns"));
        File::create(&mounted.0)?;
        mount_bind(format!("/proc/self/fd/{}", namespace.as_raw_fd()), &mounted.0)?;
        Ok(mounted)
    }
}

impl Drop for MountedNamespace {
    fn drop(&mut self) {
        // Both end with the launcher's mount namespace and the server's directory anyway.
        let _ = unmount(&self.0, UnmountFlags::DETACH);
        let _ = fs::remove_file(&self.0);
    }
}

fn spawn(command: &mut Command, messages: io::PipeWriter) -> io::Result<Child> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(messages);
    // SAFETY: between fork and exec only async-signal-safe calls are allowed; prctl(2) is one.
    unsafe { command.pre_exec(|| Ok(set_parent_process_death_signal(Some(Signal::KILL))?)) };
    command.spawn()
}

/// pasta sets the default routes last.
fn wait_until_ready(
    child: &Child,
    routes: &RouteSocket,
    router: BorrowedFd<'_>,
    plan: &AddressPlan,
) -> io::Result<()> {
    let process = pidfd_open(Pid::from_child(child), PidfdFlags::empty())?;
    loop {
        let seen = namespace::inside(router, Host::look)?;
        if seen.has_default_route(true) && (!plan.has_ipv6() || seen.has_default_route(false)) {
            return Ok(());
        }
        let mut events =
            [PollFd::new(&process, PollFlags::IN), PollFd::from_borrowed_fd(routes.as_fd(), PollFlags::IN)];
        if poll(&mut events, Some(&READY_DEADLINE))? == 0 {
            return Err(io::ErrorKind::TimedOut.into());
        }
        if !events[0].revents().is_empty() {
            return Err(io::Error::other("it ended"));
        }
        routes.has_changes()?;
    }
}
