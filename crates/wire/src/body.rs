//! Reads request bodies, never more of one than is wanted and never slower than is bearable.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::EXPECT;
use http::request::Parts;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use tokio::time::{Sleep, sleep, timeout};

use crate::stream::{ByteStream, StreamError};

/// How long a client may send nothing in the middle of a body.
const STALL: Duration = Duration::from_secs(30);
/// How much of a body that is not wanted is still read, in bytes: a client that is cut off while it sends
/// would not see the answer.
const DISCARD_MAX: u64 = 256 << 20;
/// Room for a body whose length was announced, in bytes; a longer one grows as it comes.
const CAPACITY_MAX: u64 = 1 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BodyError {
    #[error("The request body is too large.")]
    TooLarge,
    #[error("The request body did not arrive in time.")]
    Stalled,
    #[error("The request body is incomplete or not encoded as its headers say.")]
    Broken,
}

/// The whole body, up to `limit` bytes. A body that came in one piece is not copied.
pub(crate) async fn read<B>(parts: &Parts, mut body: B, limit: u64) -> Result<Bytes, BodyError>
where
    B: Body<Data = Bytes> + Unpin,
{
    if body.size_hint().lower() > limit {
        discard(parts, body).await;
        return Err(BodyError::TooLarge);
    }
    let announced = body.size_hint().lower();
    let Some(first) = next(&mut body).await? else { return Ok(Bytes::new()) };
    if first.len() as u64 == announced && body.is_end_stream() {
        return Ok(first);
    }
    let mut whole = BytesMut::with_capacity(announced.min(CAPACITY_MAX).max(first.len() as u64) as usize);
    let mut piece = Some(first);
    while let Some(bytes) = piece {
        if (whole.len() + bytes.len()) as u64 > limit {
            discard(parts, body).await;
            return Err(BodyError::TooLarge);
        }
        whole.extend_from_slice(&bytes);
        piece = next(&mut body).await?;
    }
    Ok(whole.freeze())
}

/// Reads on so that the client sees the answer. A client that waits to be told to continue is not told.
pub(crate) async fn discard<B>(parts: &Parts, body: B)
where
    B: Body<Data = Bytes> + Unpin,
{
    if !parts.headers.contains_key(EXPECT) {
        read_on(body).await;
    }
}

/// Takes the stream from whoever has it and reads the rest of it. A client has been told to continue as soon as
/// somebody asked for its first piece.
pub(crate) async fn discard_rest(parts: &Parts, stream: &ByteStream) {
    let (begun, rest) = stream.take();
    match rest {
        Some(rest) if begun => read_on(rest).await,
        Some(rest) => discard(parts, rest).await,
        None => {}
    }
}

async fn read_on<B>(mut body: B)
where
    B: Body<Data = Bytes> + Unpin,
{
    let mut read = 0;
    while let Ok(Some(bytes)) = next(&mut body).await {
        read += bytes.len() as u64;
        if read > DISCARD_MAX {
            return;
        }
    }
}

async fn next<B>(body: &mut B) -> Result<Option<Bytes>, BodyError>
where
    B: Body<Data = Bytes> + Unpin,
{
    loop {
        let frame = timeout(STALL, body.frame()).await.map_err(|_| BodyError::Stalled)?;
        match frame {
            None => return Ok(None),
            Some(Err(_)) => return Err(BodyError::Broken),
            // What is no data is a trailer, which nothing here reads.
            Some(Ok(frame)) => {
                if let Ok(bytes) = frame.into_data() {
                    return Ok(Some(bytes));
                }
            }
        }
    }
}

/// A body that ends with an error when its client sends nothing for too long.
pub(crate) struct Timed<B> {
    body: B,
    /// Since the client has been waited for.
    deadline: Option<Pin<Box<Sleep>>>,
}

impl<B> Timed<B> {
    pub(crate) fn new(body: B) -> Self {
        Self { body, deadline: None }
    }
}

impl<B> Body for Timed<B>
where
    B: Body<Data = Bytes> + Unpin,
{
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            self.deadline = None;
            return Poll::Ready(frame.map(|frame| frame.map_err(|_| StreamError::Incomplete)));
        }
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(sleep(STALL)));
        deadline.as_mut().poll(context).map(|()| Some(Err(StreamError::Stalled)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::convert::Infallible;

    use super::*;

    /// A body whose length was announced, or not.
    struct Pieces {
        pieces: VecDeque<Bytes>,
        announced: Option<u64>,
    }

    impl Body for Pieces {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            Poll::Ready(self.pieces.pop_front().map(|piece| Ok(Frame::data(piece))))
        }

        fn size_hint(&self) -> SizeHint {
            self.announced.map_or_else(SizeHint::default, SizeHint::with_exact)
        }
    }

    async fn read_pieces(lengths: &[usize], announced: Option<u64>, limit: u64) -> Result<usize, BodyError> {
        let pieces = lengths.iter().map(|length| vec![b'x'; *length].into()).collect();
        let (parts, ()) = http::Request::new(()).into_parts();
        read(&parts, Pieces { pieces, announced }, limit).await.map(|whole| whole.len())
    }

    #[tokio::test]
    async fn a_first_piece_may_be_larger_than_the_room_for_an_announced_body() {
        let large = CAPACITY_MAX as usize + 1;
        let whole = large as u64 + 5;
        assert_eq!(read_pieces(&[large, 5], Some(whole), whole).await, Ok(large + 5));
        assert_eq!(read_pieces(&[large, 5], None, whole).await, Ok(large + 5));
        assert_eq!(read_pieces(&[large, 6], None, whole).await, Err(BodyError::TooLarge));
    }

    #[tokio::test]
    async fn a_body_may_come_in_any_number_of_pieces() {
        assert_eq!(read_pieces(&[], None, 3).await, Ok(0));
        assert_eq!(read_pieces(&[0, 1, 2], None, 3).await, Ok(3));
        assert_eq!(read_pieces(&[1, 2], Some(3), 3).await, Ok(3));
        assert_eq!(read_pieces(&[], Some(4), 3).await, Err(BodyError::TooLarge));
    }
}
