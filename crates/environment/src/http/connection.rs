//! One connection: requests are read one after another, answers are written whole.

use std::io;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::chunked::{ChunkedDecoder, Decoded};
use super::head::{HEAD_MAX, Head, Headers, MalformedHead, head_length};

/// How much is read at once. Heads of runtimes are some 300 bytes, so most requests need one read.
const READ_SIZE: usize = 8 << 10;

/// With less room than this in the buffer, another one of [`READ_SIZE`] takes its place. Most requests fit into it, so
/// that one buffer serves a row of them.
const READ_MIN: usize = 1 << 10;

/// How far a peer may send ahead of the answer that it waits for.
const PIPELINE_MAX: usize = 64 << 10;

pub(crate) struct Connection {
    stream: TcpStream,
    /// Read, and not yet understood.
    buffer: BytesMut,
}

/// Why there will be no further request.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RequestError {
    #[error(transparent)]
    Malformed(#[from] MalformedHead),
    #[error(transparent)]
    Io(#[from] io::Error),
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum BodyError {
    /// It was read to its end and thrown away, so that the peer gets to read the answer.
    #[error("the body is longer than allowed")]
    TooLarge,
    #[error("the body ends too early or is malformed")]
    Truncated,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self { stream, buffer: BytesMut::new() }
    }

    /// The next request's head. `None`: the peer has closed the connection between two requests.
    pub(crate) async fn next_head(&mut self) -> Result<Option<Head>, RequestError> {
        let mut searched = 0;
        loop {
            if let Some(length) = head_length(&self.buffer, searched) {
                let head = self.buffer.split_to(length).freeze();
                return Ok(Some(Head::parse(&head)?));
            }
            searched = self.buffer.len();
            if searched > HEAD_MAX {
                return Err(MalformedHead::TooLong.into());
            }
            if self.fill().await? == 0 {
                return if searched == 0 {
                    Ok(None)
                } else {
                    Err(io::Error::from(io::ErrorKind::UnexpectedEof).into())
                };
            }
        }
    }

    /// A body of known length, in one piece of exactly that size.
    pub(crate) async fn read_sized(&mut self, length: u64, max: usize) -> Result<Bytes, BodyError> {
        let length = match usize::try_from(length) {
            Ok(length) if length <= max => length,
            _ => return self.discard(length).await,
        };
        if self.buffer.len() >= length {
            return Ok(self.buffer.split_to(length).freeze());
        }
        let mut body = BytesMut::with_capacity(length);
        body.put(self.buffer.split());
        while body.len() < length {
            let missing = length - body.len();
            let mut room = (&mut body).limit(missing);
            match self.stream.read_buf(&mut room).await {
                Ok(0) | Err(_) => return Err(BodyError::Truncated),
                Ok(_) => {}
            }
        }
        Ok(body.freeze())
    }

    /// A chunked body and its trailers.
    pub(crate) async fn read_chunked(&mut self, max: usize) -> Result<(Bytes, Headers), BodyError> {
        let (mut decoder, mut body, mut too_large) = (ChunkedDecoder::new(), BytesMut::new(), false);
        loop {
            match decoder.decode(&mut self.buffer).map_err(|_| BodyError::Truncated)? {
                Decoded::Data(data) => {
                    too_large |= body.len() + data.len() > max;
                    if too_large {
                        body = BytesMut::new();
                    } else {
                        body.put(data);
                    }
                }
                Decoded::End(_) if too_large => return Err(BodyError::TooLarge),
                Decoded::End(trailers) => return Ok((body.freeze(), trailers)),
                Decoded::Incomplete => match self.fill().await {
                    Ok(0) | Err(_) => return Err(BodyError::Truncated),
                    Ok(_) => {}
                },
            }
        }
    }

    async fn discard(&mut self, length: u64) -> Result<Bytes, BodyError> {
        let mut remaining = length;
        loop {
            let taken = self.buffer.len().min(usize::try_from(remaining).unwrap_or(usize::MAX));
            self.buffer.advance(taken);
            remaining -= taken as u64;
            if remaining == 0 {
                return Err(BodyError::TooLarge);
            }
            match self.fill().await {
                Ok(0) | Err(_) => return Err(BodyError::Truncated),
                Ok(_) => {}
            }
        }
    }

    /// Writes head and body with one system call, without copying the body.
    pub(crate) async fn write(&mut self, head: &[u8], body: &Bytes) -> io::Result<()> {
        self.stream.write_all_buf(&mut Buf::chain(head, &body[..])).await
    }

    /// Returns when the peer has closed its side. Keeps what it sends ahead, up to a limit.
    pub(crate) async fn closed(&mut self) {
        while self.buffer.len() < PIPELINE_MAX {
            if !matches!(self.fill().await, Ok(1..)) {
                return;
            }
        }
        // A peer that has sent that much is alive; whether it goes away shows when it is answered.
        std::future::pending().await
    }

    async fn fill(&mut self) -> io::Result<usize> {
        if self.buffer.capacity() - self.buffer.len() < READ_MIN {
            self.buffer.reserve(READ_SIZE);
        }
        self.stream.read_buf(&mut self.buffer).await
    }
}
