//! The server's end of a channel, on the runtime that made it.

use std::io;
use std::os::fd::{AsFd, OwnedFd};

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use super::channel;
use super::codec::Field;

/// To a process of this crate: the init of a sandbox, or the launcher for one answer. Closing it tells that process.
#[derive(Debug)]
pub(super) struct Line(AsyncFd<OwnedFd>);

impl Line {
    /// A new channel: our end, and the one for the other process.
    ///
    /// Must be called in the runtime that is to wait for what comes.
    pub(super) fn open() -> io::Result<(Self, OwnedFd)> {
        let (ours, theirs) = channel::pair()?;
        rustix::io::ioctl_fionbio(&ours, true)?;
        Ok((Self(register(ours)?), theirs))
    }

    /// From now on the calling runtime waits for what comes. Otherwise each message would wake another thread first.
    pub(super) fn move_here(&mut self) -> io::Result<()> {
        self.0 = register(self.0.get_ref().try_clone()?)?;
        Ok(())
    }

    pub(super) fn send(&self, message: &impl Field, descriptors: &[&OwnedFd]) -> io::Result<()> {
        let descriptors: Vec<_> = descriptors.iter().map(|descriptor| descriptor.as_fd()).collect();
        channel::send(&self.0, message, &descriptors)
    }

    /// As if it were dropped, for whoever is at the other end.
    pub(super) fn close(&self) {
        let _ = rustix::net::shutdown(&self.0, rustix::net::Shutdown::Both);
    }

    /// Whether the other process has closed its end, or ended.
    pub(super) fn is_closed(&self) -> bool {
        channel::is_closed(&self.0)
    }

    /// `None` when the other process has ended. Loses nothing when it is dropped before it resolves.
    pub(super) async fn receive<M: Field>(&self) -> io::Result<Option<(M, Vec<OwnedFd>)>> {
        loop {
            let mut ready = self.0.readable().await?;
            if let Ok(result) = ready.try_io(|socket| channel::receive(socket)) {
                return result;
            }
        }
    }
}

fn register(socket: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    // Whoever sends does not wait, and must not be woken each time that there is room again.
    //
    // SAFETY: the descriptor is owned by the `AsyncFd` alone, which never gives it out by `&mut`, so it stays the same
    // open socket for as long as it is registered.
    Ok(unsafe { AsyncFd::register_with_interest(socket, Interest::READABLE) }?)
}
