//! Working inside another network namespace.
//!
//! Root steps in and back. Without root, the way back to the host's namespace is closed: there a short-lived thread
//! steps in and ends there. What was opened in it (sockets, descriptors, child processes) stays in that namespace.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::thread;

use rustix::thread::{LinkNameSpaceType, UnshareFlags, move_into_link_name_space, unshare_unsafe};

/// Makes a network namespace and does the work in it. It lives as long as the returned descriptor, a
/// process or a socket in it.
pub(crate) fn in_new_namespace<T: Send>(
    work: impl FnOnce() -> io::Result<T> + Send,
) -> io::Result<(OwnedFd, T)> {
    aside(|| {
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
    aside(|| {
        enter(namespace)?;
        work()
    })
}

/// The calling thread's network namespace.
pub(super) fn current() -> io::Result<OwnedFd> {
    File::open("/proc/thread-self/ns/net").map(OwnedFd::from)
}

fn enter(namespace: BorrowedFd<'_>) -> io::Result<()> {
    Ok(move_into_link_name_space(namespace, Some(LinkNameSpaceType::Network))?)
}

/// Does work that leaves the namespace, and is back in it when this returns.
fn aside<T: Send>(work: impl FnOnce() -> io::Result<T> + Send) -> io::Result<T> {
    let here = current()?;
    // Whoever may enter where it is already may also come back there.
    match enter(here.as_fd()) {
        Ok(()) => {
            let _back = Back(here);
            work()
        }
        Err(_) => on_own_thread(work),
    }
}

/// Dropping it returns to this namespace.
struct Back(OwnedFd);

impl Drop for Back {
    fn drop(&mut self) {
        if let Err(error) = enter(self.0.as_fd()) {
            // It worked a moment ago. What follows must not happen in another namespace.
            eprintln!("cannot return to a network namespace: {error}");
            std::process::abort();
        }
    }
}

fn on_own_thread<T: Send>(work: impl FnOnce() -> io::Result<T> + Send) -> io::Result<T> {
    thread::scope(|scope| {
        let worker = thread::Builder::new().name("hob-netns".to_owned()).spawn_scoped(scope, work)?;
        worker.join().unwrap_or_else(|_| Err(io::Error::other("the work in the namespace panicked")))
    })
}
