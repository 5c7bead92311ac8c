//! The system calls that have no safe wrapper elsewhere, each with one.

use std::ffi::{CStr, CString};
use std::fs::File;
use std::io;
use std::mem;
use std::net::Ipv4Addr;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::ptr;

use rustix::process::{Pid, Resource, Rlimit, getrlimit, setrlimit};

/// Lets this process open as many descriptors as the system allows it, and returns that number.
pub fn raise_descriptor_limit() -> io::Result<u64> {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit })?;
    Ok(limit.maximum.unwrap_or(u64::MAX))
}

/// Which side of a fork one is on.
pub(crate) enum Forked {
    Child,
    Parent(Pid),
}

/// Forks with new namespaces (`CLONE_NEW…`).
///
/// The caller must be single-threaded: another thread's locks (the allocator's, say) would stay locked for ever
/// in the child. Only the launcher calls this, and it never starts a thread.
pub(crate) fn fork_into(namespaces: libc::c_int) -> io::Result<Forked> {
    // SAFETY: clone_args may be all zero: no flags, no stack (the child then goes on with a copy of ours, as
    // after fork), no descriptors to fill.
    let mut arguments: libc::clone_args = unsafe { mem::zeroed() };
    arguments.flags = u64::from(namespaces.cast_unsigned());
    arguments.exit_signal = u64::from(libc::SIGCHLD.cast_unsigned());
    // SAFETY: without CLONE_VM the child has a copy of the address space, so nothing is shared behind the
    // compiler's back; the kernel reads exactly the size that is passed.
    let result =
        unsafe { libc::syscall(libc::SYS_clone3, &raw const arguments, size_of::<libc::clone_args>()) };
    match i32::try_from(checked(result)?).ok().and_then(Pid::from_raw) {
        None => Ok(Forked::Child),
        Some(child) => Ok(Forked::Parent(child)),
    }
}

/// As fork(2). What is said of threads at [`fork_into`] holds here, too. Unlike clone3, seccomp lets it pass.
pub(crate) fn fork() -> io::Result<Forked> {
    // SAFETY: the caller is single-threaded, so the child may go on as if it were the parent.
    let result = unsafe { libc::fork() };
    match Pid::from_raw(i32::try_from(checked(result.into())?).unwrap_or(0)) {
        None => Ok(Forked::Child),
        Some(child) => Ok(Forked::Parent(child)),
    }
}

/// Leaves the process without running any destructor or exit handler.
pub(crate) fn exit_now(status: i32) -> ! {
    // SAFETY: _exit has no demands.
    unsafe { libc::_exit(status) }
}

/// Kills every process that this one may signal and sees, except itself. In a PID namespace whose init calls
/// it, that is all of them, and no fork escapes: the kernel holds the process table meanwhile.
pub(crate) fn kill_all_others() {
    // SAFETY: kill has no memory demands. It fails only if there is nobody to kill.
    unsafe { libc::kill(-1, libc::SIGKILL) };
}

/// Blocks a signal and returns a descriptor, non-blocking, from which it can be read.
pub(crate) fn signal_descriptor(signal: libc::c_int) -> io::Result<OwnedFd> {
    // SAFETY: the set is initialised by sigemptyset before anything reads it, and outlives each call; a
    // new descriptor that signalfd returns belongs to nobody else.
    unsafe {
        let mut set: libc::sigset_t = mem::zeroed();
        libc::sigemptyset(&raw mut set);
        libc::sigaddset(&raw mut set, signal);
        checked(libc::sigprocmask(libc::SIG_BLOCK, &raw const set, ptr::null_mut()).into())?;
        let descriptor = libc::signalfd(-1, &raw const set, libc::SFD_CLOEXEC | libc::SFD_NONBLOCK);
        checked(descriptor.into())?;
        Ok(OwnedFd::from_raw_fd(descriptor))
    }
}

/// Unblocks all signals and gives each its default action back, as a new program expects it: Rust ignores
/// SIGPIPE, and whoever started the server may have ignored others.
pub(crate) fn restore_signals() {
    /// The kernel's own `struct sigaction`, which glibc's differs from: all zero is the default action.
    const DEFAULT: [u64; 4] = [0; 4];
    const SET_SIZE: usize = 8;
    // SAFETY: the set is initialised before it is read; no handler is installed, only the default action. The
    // call fails for SIGKILL and SIGSTOP only, whose action nobody can change.
    unsafe {
        for signal in 1..=64 {
            libc::syscall(libc::SYS_rt_sigaction, signal, DEFAULT.as_ptr(), ptr::null::<u64>(), SET_SIZE);
        }
        let mut none: libc::sigset_t = mem::zeroed();
        libc::sigemptyset(&raw mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const none, ptr::null_mut());
    }
}

/// How mounts that are made in one place come to be in others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Propagation {
    /// Not at all.
    Private,
    /// What is mounted here appears in all copies.
    Shared,
    /// What is mounted where this is a copy of appears here, and nothing of this there.
    Slave,
}

/// Adds attributes (`MOUNT_ATTR_…`) to a mount, or to it and all below it, and says how it propagates.
pub(crate) fn set_mount_attributes(
    mount: BorrowedFd<'_>,
    attributes: u64,
    propagation: Propagation,
    recursive: bool,
) -> io::Result<()> {
    let propagation = match propagation {
        Propagation::Private => libc::MS_PRIVATE,
        Propagation::Shared => libc::MS_SHARED,
        Propagation::Slave => libc::MS_SLAVE,
    };
    let request = libc::mount_attr { attr_set: attributes, attr_clr: 0, propagation, userns_fd: 0 };
    let flags = libc::AT_EMPTY_PATH | if recursive { libc::AT_RECURSIVE } else { 0 };
    // SAFETY: the path is a terminated string, the kernel reads exactly the size of `request` that is
    // passed, and the descriptor stays open because it is borrowed.
    let result = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            mount.as_raw_fd(),
            c"".as_ptr(),
            flags,
            &raw const request,
            size_of::<libc::mount_attr>(),
        )
    };
    checked(result).map(drop)
}

/// Makes `new_root` the root directory, and removes the old one with everything that was mounted in it.
pub(crate) fn pivot_root(new_root: BorrowedFd<'_>) -> io::Result<()> {
    rustix::process::fchdir(new_root)?;
    // The old root ends up over the new one, at the same place, and is unmounted from there. So the new root
    // needs no directory for it. See pivot_root(2), "pivot_root(".", ".")".
    rustix::process::pivot_root(c".", c".")?;
    rustix::mount::unmount(c".", rustix::mount::UnmountFlags::DETACH)?;
    rustix::process::chdir(c"/")?;
    Ok(())
}

/// Gives the loopback interface of this process's network namespace a second address, with the whole of
/// 127.0.0.0/8 left in place, and brings it up.
pub(crate) fn raise_loopback(socket: BorrowedFd<'_>, alias: Ipv4Addr) -> io::Result<()> {
    // SAFETY: ifreq may be all zero.
    let mut request: libc::ifreq = unsafe { mem::zeroed() };
    set_name(&mut request, b"lo");
    request.ifr_ifru.ifru_flags = (libc::IFF_UP | libc::IFF_RUNNING) as libc::c_short;
    interface_request(socket, libc::SIOCSIFFLAGS, &mut request)?;

    // An address on a label of its own is added beside 127.0.0.1 instead of in its place.
    set_name(&mut request, b"lo:1");
    request.ifr_ifru.ifru_addr = socket_address(alias);
    interface_request(socket, libc::SIOCSIFADDR, &mut request)?;
    request.ifr_ifru.ifru_netmask = socket_address(Ipv4Addr::BROADCAST);
    interface_request(socket, libc::SIOCSIFNETMASK, &mut request)
}

fn interface_request(socket: BorrowedFd<'_>, code: u64, request: &mut libc::ifreq) -> io::Result<()> {
    // SAFETY: these requests read and write one ifreq, which outlives the call; the descriptor is borrowed.
    checked(unsafe { libc::ioctl(socket.as_raw_fd(), code as _, &raw mut *request) }.into()).map(drop)
}

fn set_name(request: &mut libc::ifreq, name: &[u8]) {
    request.ifr_name.fill(0);
    for (to, from) in request.ifr_name.iter_mut().zip(name) {
        *to = from.cast_signed();
    }
}

fn socket_address(address: Ipv4Addr) -> libc::sockaddr {
    let address = libc::sockaddr_in {
        sin_family: libc::AF_INET as libc::sa_family_t,
        sin_port: 0,
        sin_addr: libc::in_addr { s_addr: u32::from_ne_bytes(address.octets()) },
        sin_zero: [0; 8],
    };
    // SAFETY: both are plain data of 16 bytes; sockaddr is the common form that the kernel reads by family.
    unsafe { mem::transmute(address) }
}

/// Leaves the session keyring of the server for a new, empty one.
pub(crate) fn join_new_session_keyring() -> io::Result<()> {
    const KEYCTL_JOIN_SESSION_KEYRING: libc::c_long = 1;
    // SAFETY: a null name asks for an anonymous keyring, and nothing of ours is read.
    let result =
        unsafe { libc::syscall(libc::SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, ptr::null::<libc::c_char>()) };
    checked(result).map(drop)
}

/// As every program finds it that this process starts, unless it decides otherwise.
pub(crate) fn ignore_signal(signal: libc::c_int) -> io::Result<()> {
    // SAFETY: no handler is installed.
    match unsafe { libc::signal(signal, libc::SIG_IGN) } {
        libc::SIG_ERR => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// Replaces this process by a program. Returns only if that fails.
pub(crate) fn execute(path: &CStr, arguments: &[CString], environment: &[CString]) -> io::Error {
    let pointers = |strings: &[CString]| -> Vec<*const libc::c_char> {
        strings.iter().map(|string| string.as_ptr()).chain([ptr::null()]).collect()
    };
    let (arguments, environment) = (pointers(arguments), pointers(environment));
    // SAFETY: both arrays end with a null pointer, and they and the strings that they point to live until
    // the call returns, if it does.
    unsafe { libc::execve(path.as_ptr(), arguments.as_ptr(), environment.as_ptr()) };
    io::Error::last_os_error()
}

/// Names the machine in this process's UTS namespace.
pub(crate) fn set_host_name(name: &str) -> io::Result<()> {
    // SAFETY: the kernel reads exactly the length that is passed.
    checked(unsafe { libc::sethostname(name.as_ptr().cast(), name.len()) }.into()).map(drop)
}

/// Closes every descriptor but the standard ones and those that are to be kept. Owners of the closed ones must
/// never be dropped: a fresh fork calls this, and it leaves by exec or [`exit_now`].
pub(crate) fn close_all_but(keep: &mut [RawFd]) -> io::Result<()> {
    keep.sort_unstable();
    let mut first = 3;
    for &kept in keep.iter() {
        close_range(first, kept - 1)?;
        first = kept + 1;
    }
    close_range(first, RawFd::MAX)
}

fn close_range(first: RawFd, last: RawFd) -> io::Result<()> {
    if first > last {
        return Ok(());
    }
    // SAFETY: the caller promises that nobody uses these descriptors any more.
    let result = unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) };
    checked(result).map(drop)
}

/// Attaches a file to a free loop device that lets go of it with its last user. Returns the device's path, and
/// the device, which must stay open until it is mounted.
pub(crate) fn loop_device(file: BorrowedFd<'_>) -> io::Result<(String, File)> {
    const LOOP_CTL_GET_FREE: libc::c_ulong = 0x4c82;
    const ATTEMPTS: usize = 64;
    let control = File::options().read(true).write(true).open("/dev/loop-control")?;
    for _ in 0..ATTEMPTS {
        // SAFETY: this request takes no argument and returns a number.
        let number = checked(unsafe { libc::ioctl(control.as_raw_fd(), LOOP_CTL_GET_FREE as _) }.into())?;
        let path = format!("/dev/loop{number}");
        let device = File::options().read(true).write(true).open(&path)?;
        match configure_loop_device(&device, file) {
            Ok(()) => return Ok((path, device)),
            // Somebody else was faster.
            Err(error) if error.raw_os_error() == Some(libc::EBUSY) => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::ResourceBusy.into())
}

fn configure_loop_device(device: &File, file: BorrowedFd<'_>) -> io::Result<()> {
    const LOOP_CONFIGURE: libc::c_ulong = 0x4c0a;
    const AUTOCLEAR: u32 = 4;
    let mut config = LoopConfig { file: file.as_raw_fd().cast_unsigned(), ..LoopConfig::default() };
    config.flags = AUTOCLEAR;
    // SAFETY: the request reads one loop_config, which `LoopConfig` is laid out as; both descriptors are borrowed.
    checked(unsafe { libc::ioctl(device.as_raw_fd(), LOOP_CONFIGURE as _, &raw const config) }.into())
        .map(drop)
}

/// `struct loop_config` of linux/loop.h, with its `struct loop_info64` written out.
#[repr(C)]
#[derive(Default)]
struct LoopConfig {
    file: u32,
    block_size: u32,
    device: u64,
    inode: u64,
    rdevice: u64,
    offset: u64,
    size_limit: u64,
    number: u32,
    encrypt_type: u32,
    encrypt_key_size: u32,
    flags: u32,
    /// File name, encryption name, key, two numbers, and what is reserved in `loop_config`.
    unused: [[u64; 15]; 2],
}

const _: () = assert!(size_of::<LoopConfig>() == 304, "the size that linux/loop.h gives it");

fn checked(result: libc::c_long) -> io::Result<libc::c_long> {
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(result) }
}
