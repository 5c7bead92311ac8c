//! Whole messages with descriptors, over a connected `SOCK_SEQPACKET` socket.

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketFlags, SocketType,
};

use super::codec::Field;
use super::message::{decode, encode};

/// As many as any message has: those with which a copy of a zygote enters a sandbox.
const DESCRIPTORS_MAX: usize = 16;

/// Both ends of a new channel, in blocking mode, closed on exec.
pub(crate) fn pair() -> io::Result<(OwnedFd, OwnedFd)> {
    Ok(rustix::net::socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?)
}

/// Sends a message. Blocks if the socket does.
pub(crate) fn send(
    socket: impl AsFd,
    message: &impl Field,
    descriptors: &[BorrowedFd<'_>],
) -> io::Result<()> {
    transmit(socket, message, descriptors, SendFlags::NOSIGNAL)
}

/// Sends a message if there is room for it.
pub(crate) fn send_now(
    socket: impl AsFd,
    message: &impl Field,
    descriptors: &[BorrowedFd<'_>],
) -> io::Result<()> {
    transmit(socket, message, descriptors, SendFlags::NOSIGNAL | SendFlags::DONTWAIT)
}

fn transmit(
    socket: impl AsFd,
    message: &impl Field,
    descriptors: &[BorrowedFd<'_>],
    flags: SendFlags,
) -> io::Result<()> {
    let bytes = encode(message);
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(DESCRIPTORS_MAX))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !descriptors.is_empty() && !control.push(SendAncillaryMessage::ScmRights(descriptors)) {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    rustix::net::sendmsg(socket, &[IoSlice::new(&bytes)], &mut control, flags)?;
    Ok(())
}

/// Receives a message; `None` when the other end is closed.
pub(crate) fn receive<M: Field>(socket: impl AsFd) -> io::Result<Option<(M, Vec<OwnedFd>)>> {
    // With MSG_TRUNC the kernel tells the whole message's length whatever the buffer holds.
    let (_, length) = rustix::net::recv(&socket, &mut [0_u8; 0][..], RecvFlags::PEEK | RecvFlags::TRUNC)?;
    let mut bytes = vec![0; length];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(DESCRIPTORS_MAX))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let buffers = &mut [IoSliceMut::new(&mut bytes)];
    let received = rustix::net::recvmsg(&socket, buffers, &mut control, RecvFlags::CMSG_CLOEXEC)?.bytes;
    if received == 0 {
        return Ok(None);
    }
    let descriptors = control.drain().filter_map(rights).flatten().collect();
    let message = decode(&bytes[..received]).ok_or(io::ErrorKind::InvalidData)?;
    Ok(Some((message, descriptors)))
}

/// Whether the other end of a channel on which nothing is waiting to be received has been closed.
pub(crate) fn is_closed(socket: impl AsFd) -> bool {
    let flags = RecvFlags::PEEK | RecvFlags::DONTWAIT;
    match rustix::net::recv(&socket, &mut [0_u8; 1][..], flags) {
        Ok((_, length)) => length == 0,
        Err(error) => error != rustix::io::Errno::AGAIN,
    }
}

fn rights(message: RecvAncillaryMessage<'_>) -> Option<rustix::net::AncillaryIter<'_, OwnedFd>> {
    match message {
        RecvAncillaryMessage::ScmRights(descriptors) => Some(descriptors),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::super::message::{FromInit, ToInit};
    use super::*;

    #[test]
    fn a_message_arrives_whole_with_its_descriptors() {
        let (here, there) = pair().unwrap();
        let (mut reader, writer) = io::pipe().unwrap();
        send(&here, &ToInit::Kill, &[]).unwrap();
        send(&here, &FromInit::NotStarted(2), &[writer.as_fd()]).unwrap();
        drop((here, writer));

        assert!(
            matches!(receive(&there).unwrap(), Some((ToInit::Kill, descriptors)) if descriptors.is_empty())
        );
        let Some((FromInit::NotStarted(2), mut descriptors)) = receive(&there).unwrap() else {
            panic!("sent")
        };
        io::PipeWriter::from(descriptors.remove(0)).write_all(b"x").unwrap();
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        assert_eq!(text, "x");
        assert!(receive::<ToInit>(&there).unwrap().is_none(), "the other end is closed");
    }
}
