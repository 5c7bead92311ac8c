//! The rtnetlink protocol (rtnetlink(7)), as far as the router needs it: requests, acknowledgements, dumps.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, bind, netlink, recv, send, socket_with,
};

const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
const NLM_F_REQUEST: u16 = 0x1;
const NLM_F_ACK: u16 = 0x4;
/// Fail if it exists, create if it does not.
pub(super) const CREATE: u16 = 0x200 | 0x400;
/// Answer with all objects of the kind.
pub(super) const DUMP: u16 = 0x100 | 0x200;

/// RTMGRP_IPV4_IFADDR and RTMGRP_IPV6_IFADDR.
pub(super) const ADDRESS_CHANGES: u32 = 0x10 | 0x100;
/// RTMGRP_IPV4_ROUTE and RTMGRP_IPV6_ROUTE.
pub(super) const ROUTE_CHANGES: u32 = 0x40 | 0x400;

/// The length of `struct nlmsghdr`, and of `struct rtattr`.
const HEADER: usize = 16;
const ATTRIBUTE_HEADER: usize = 4;
/// Set on an attribute that holds attributes.
const NESTED: u16 = 0x8000;
/// The kernel fills a dump's datagrams up to this size and never beyond.
const DATAGRAM_MAX: usize = 32 * 1024;

/// One message to the kernel: `struct nlmsghdr`, the fixed header of its kind, attributes.
#[derive(Debug)]
pub(super) struct Request {
    bytes: Vec<u8>,
}

impl Request {
    pub(super) fn new(kind: u16, flags: u16, fixed_header: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(256);
        bytes.extend_from_slice(&[0; 4]); // the length, known at the end
        bytes.extend_from_slice(&kind.to_ne_bytes());
        bytes.extend_from_slice(&(flags | NLM_F_REQUEST).to_ne_bytes());
        bytes.extend_from_slice(&[0; 8]); // the sequence number, given when sent; 0 addresses the kernel
        bytes.extend_from_slice(fixed_header);
        Self { bytes }
    }

    pub(super) fn attribute(mut self, kind: u16, value: &[u8]) -> Self {
        let length = (ATTRIBUTE_HEADER + value.len()) as u16;
        self.bytes.extend_from_slice(&length.to_ne_bytes());
        self.bytes.extend_from_slice(&kind.to_ne_bytes());
        self.bytes.extend_from_slice(value);
        self.bytes.resize(aligned(self.bytes.len()), 0);
        self
    }

    /// A text attribute, which the kernel wants to end with a zero byte.
    pub(super) fn text(self, kind: u16, value: &str) -> Self {
        self.attribute(kind, &[value.as_bytes(), &[0]].concat())
    }

    /// An attribute whose value is a fixed header (often empty) and the attributes that `build` adds.
    pub(super) fn nested(mut self, kind: u16, fixed_header: &[u8], build: impl FnOnce(Self) -> Self) -> Self {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&[0; 2]);
        self.bytes.extend_from_slice(&(kind | NESTED).to_ne_bytes());
        self.bytes.extend_from_slice(fixed_header);
        let mut built = build(self);
        let length = (built.bytes.len() - start) as u16;
        built.bytes[start..start + 2].copy_from_slice(&length.to_ne_bytes());
        built
    }

    fn sealed(&mut self, extra_flags: u16, sequence: u32) -> &[u8] {
        let length = self.bytes.len() as u32;
        let flags = u16::from_ne_bytes([self.bytes[6], self.bytes[7]]) | extra_flags;
        self.bytes[0..4].copy_from_slice(&length.to_ne_bytes());
        self.bytes[6..8].copy_from_slice(&flags.to_ne_bytes());
        self.bytes[8..12].copy_from_slice(&sequence.to_ne_bytes());
        &self.bytes
    }
}

/// A socket that configures the network namespace in which it was opened, from wherever it is used.
#[derive(Debug)]
pub(super) struct RouteSocket {
    socket: OwnedFd,
    sequence: u32,
}

impl RouteSocket {
    /// Of the calling thread's network namespace.
    pub(super) fn open() -> io::Result<Self> {
        // NETLINK_ROUTE is protocol number 0, which is what `None` stands for.
        let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, None)?;
        Ok(Self { socket, sequence: 0 })
    }

    /// Likewise, and it becomes readable when a change of these kinds happens there.
    pub(super) fn open_for_changes(groups: u32) -> io::Result<Self> {
        let socket = Self::open()?;
        bind(&socket.socket, &netlink::SocketAddrNetlink::new(0, groups))?;
        Ok(socket)
    }

    /// Whether a change has happened since the last call, or since the socket was opened.
    pub(super) fn has_changes(&self) -> io::Result<bool> {
        let mut changed = false;
        loop {
            match recv(&self.socket, &mut [0; 4096], RecvFlags::DONTWAIT) {
                Ok(_) => changed = true,
                // There were more changes than the socket could keep.
                Err(Errno::NOBUFS) => changed = true,
                Err(Errno::AGAIN) => return Ok(changed),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Performs the requests in their order, in one system call. A refused request does not stop those behind
    /// it; the first refusal is the error.
    pub(super) fn execute(&mut self, requests: impl IntoIterator<Item = Request>) -> io::Result<()> {
        let mut datagram = Vec::with_capacity(1024);
        for mut request in requests {
            self.sequence = self.sequence.wrapping_add(1);
            datagram.extend_from_slice(request.sealed(NLM_F_ACK, self.sequence));
        }
        send(&self.socket, &datagram, SendFlags::empty())?;
        self.acknowledgements(self.sequence)
    }

    fn acknowledgements(&self, last: u32) -> io::Result<()> {
        let mut outcome = Ok(());
        let mut buffer = [0; 4096];
        loop {
            let (length, _) = recv(&self.socket, &mut buffer, RecvFlags::empty())?;
            for message in Messages(&buffer[..length]) {
                outcome = outcome.and(message.refusal());
                if message.sequence == last {
                    return outcome;
                }
            }
        }
    }

    /// Calls `each` with every object in the kernel's answer (its fixed header and attributes).
    pub(super) fn dump(&mut self, mut request: Request, mut each: impl FnMut(&[u8])) -> io::Result<()> {
        self.sequence = self.sequence.wrapping_add(1);
        send(&self.socket, request.sealed(DUMP, self.sequence), SendFlags::empty())?;
        let mut buffer = vec![0; DATAGRAM_MAX];
        loop {
            let (length, _) = recv(&self.socket, &mut buffer[..], RecvFlags::empty())?;
            for message in Messages(&buffer[..length]) {
                message.refusal()?;
                if message.kind == NLMSG_DONE {
                    return Ok(());
                }
                each(message.payload);
            }
        }
    }
}

impl AsFd for RouteSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// One message from the kernel.
#[derive(Debug)]
struct Message<'a> {
    kind: u16,
    sequence: u32,
    payload: &'a [u8],
}

impl Message<'_> {
    /// An NLMSG_ERROR message carries a negative errno, or 0 as an acknowledgement.
    fn refusal(&self) -> io::Result<()> {
        match (self.kind, self.payload.first_chunk()) {
            (NLMSG_ERROR, Some(errno)) => match i32::from_ne_bytes(*errno) {
                0 => Ok(()),
                errno => Err(io::Error::from_raw_os_error(-errno)),
            },
            (NLMSG_ERROR, None) => Err(io::ErrorKind::InvalidData.into()),
            _ => Ok(()),
        }
    }
}

/// Walks the messages of one datagram; ends at the first that is not whole.
struct Messages<'a>(&'a [u8]);

impl<'a> Iterator for Messages<'a> {
    type Item = Message<'a>;

    fn next(&mut self) -> Option<Message<'a>> {
        let header = self.0.get(..HEADER)?;
        let length = u32::from_ne_bytes(*header.first_chunk()?) as usize;
        let message = Message {
            kind: u16::from_ne_bytes([header[4], header[5]]),
            sequence: u32::from_ne_bytes([header[8], header[9], header[10], header[11]]),
            payload: self.0.get(HEADER..length)?,
        };
        self.0 = self.0.get(aligned(length)..).unwrap_or_default();
        Some(message)
    }
}

/// Walks attributes: (kind, value). Ends at the first that is not whole.
#[derive(Debug)]
pub(super) struct Attributes<'a>(pub(super) &'a [u8]);

impl<'a> Iterator for Attributes<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let header = self.0.first_chunk::<ATTRIBUTE_HEADER>()?;
        let length = usize::from(u16::from_ne_bytes([header[0], header[1]]));
        let kind = u16::from_ne_bytes([header[2], header[3]]) & !NESTED;
        let value = self.0.get(ATTRIBUTE_HEADER..length)?;
        self.0 = self.0.get(aligned(length)..).unwrap_or_default();
        Some((kind, value))
    }
}

/// Messages and attributes begin at multiples of 4.
fn aligned(length: usize) -> usize {
    length.next_multiple_of(4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn attributes_read_as_they_were_written() {
        let request =
            Request::new(16, 0, &[]).text(3, "eth0").nested(18, &[], |inner| inner.attribute(1, &[7]));
        let read: Vec<_> = Attributes(&request.bytes[HEADER..]).collect();
        assert_eq!(read, [(3, &b"eth0\0"[..]), (18, &[5, 0, 1, 0, 7, 0, 0, 0][..])]);
    }

    #[test]
    fn a_refusal_is_the_kernels_error_number() {
        let message = |errno: i32| Request::new(NLMSG_ERROR, 0, &errno.to_ne_bytes()).sealed(0, 5).to_vec();
        let refusal = |bytes: &[u8]| Messages(bytes).next().unwrap().refusal().map_err(|e| e.raw_os_error());
        assert_eq!(refusal(&message(0)), Ok(()));
        assert_eq!(refusal(&message(-libc::EEXIST)), Err(Some(libc::EEXIST)));
    }

    proptest! {
        #[test]
        fn whatever_arrives_the_walk_ends_without_a_panic(bytes: Vec<u8>) {
            for message in Messages(&bytes) {
                let _ = message.refusal();
                prop_assert!(Attributes(message.payload).count() <= bytes.len());
            }
        }
    }
}
