//! Working inside another network namespace.
//!
//! The launcher cannot step in and out of network namespaces: without root, the way back to the host's is
//! closed to it. A short-lived thread can step in and end there; what it opened (sockets, descriptors, child
//! processes) stays in that namespace.

use std::fs::File;
use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::thread;

use rustix::thread::{LinkNameSpaceType, UnshareFlags, move_into_link_name_space, unshare_unsafe};

/// Makes a network namespace and does the work in it. It lives as long as the returned descriptor, a
/// process or a socket in it.
pub(crate) fn in_new_namespace<T: Send>(
    work: impl FnOnce() -> io::Result<T> + Send,
) -> io::Result<(OwnedFd, T)> {
    on_own_thread(|| {
        // SAFETY: CLONE_NEWNET changes only which network namespace this thread is in, and leaves the
        // descriptor table alone.
        unsafe { unshare_unsafe(UnshareFlags::NEWNET) }?;
        Ok((current()?, work()?))
    })
}

/// Does the work inside the network namespace.
pub(crate) fn inside<T: Send>(
    namespace: BorrowedFd<'_>,
    work: impl FnOnce() -> io::Result<T> + Send,
) -> io::Result<T> {
    on_own_thread(|| {
        move_into_link_name_space(namespace, Some(LinkNameSpaceType::Network))?;
        work()
    })
}

/// The calling thread's network namespace.
pub(super) fn current() -> io::Result<OwnedFd> {
    File::open("/proc/thread-self/ns/net").map(OwnedFd::from)
}

fn on_own_thread<T: Send>(work: impl FnOnce() -> io::Result<T> + Send) -> io::Result<T> {
    thread::scope(|scope| {
        let worker = thread::Builder::new().name("hob-netns".to_owned()).spawn_scoped(scope, work)?;
        worker.join().unwrap_or_else(|_| Err(io::Error::other("the work in the namespace panicked")))
    })
}
