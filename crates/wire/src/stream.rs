//! Bodies that are too large to be held: read and sent piece by piece.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Full};

use self::unfold::Unfold;

mod unfold;

/// Why a stream ended before its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StreamError {
    /// Fewer or more bytes came than were announced, or they are not encoded as the headers say.
    #[error("The request body terminated unexpectedly")]
    Incomplete,
    /// Nothing came for half a minute.
    #[error("The request body did not arrive in time.")]
    Stalled,
    /// More came than is served.
    #[error("The request body is too large.")]
    TooLarge,
    /// The frames of an `aws-chunked` body are broken.
    #[error("{0}")]
    Malformed(&'static str),
    /// A chunk or the trailer was not signed by who signed the headers.
    #[error("the signature of a chunk does not match")]
    WrongSignature,
    /// The body is not the one that was signed: both hashes in hexadecimal.
    #[error("The provided 'x-amz-content-sha256' header does not match what was computed.")]
    WrongHash { declared: String, computed: String },
    /// An answer's bytes can no longer be read.
    #[error("the source of an answer failed: {0}")]
    Source(String),
}

/// The body of a request or of an answer, piece by piece. A clone is another handle on the same stream: each piece
/// is had once. Once a request is answered, its stream is over for whoever still holds a handle.
#[derive(Clone, Default)]
pub struct ByteStream(Arc<Mutex<State>>);

type Pieces = Pin<Box<dyn Body<Data = Bytes, Error = StreamError> + Send>>;

#[derive(Default)]
struct State {
    pieces: Option<Pieces>,
    trailers: HeaderMap,
    /// Somebody has asked for a piece.
    begun: bool,
}

impl ByteStream {
    /// Takes its pieces from another body.
    pub fn new(pieces: impl Body<Data = Bytes, Error = StreamError> + Send + 'static) -> Self {
        let state = State { pieces: Some(Box::pin(pieces)), ..State::default() };
        Self(Arc::new(Mutex::new(state)))
    }

    /// For an answer of exactly `length` bytes: `step` makes the next piece and the state after it, until there is none.
    /// A file is read this way, piece by piece, and never more than one ahead of the client.
    pub fn unfold<S, F, N>(length: u64, state: S, step: F) -> Self
    where
        S: Send + 'static,
        F: FnMut(S) -> N + Send + 'static,
        N: Future<Output = std::io::Result<Option<(Bytes, S)>>> + Send + 'static,
    {
        Self::new(Unfold::new(length, state, step))
    }

    /// The next piece, which is never empty; `None` at the end.
    ///
    /// # Errors
    /// The stream broke, or is not what was announced or signed. Then what came so far must not be kept.
    pub async fn next(&self) -> Result<Option<Bytes>, StreamError> {
        loop {
            let frame = poll_fn(|context| self.state().poll_frame(context)).await;
            match frame.transpose()?.map(Frame::into_data) {
                None => return Ok(None),
                Some(Ok(bytes)) if !bytes.is_empty() => return Ok(Some(bytes)),
                Some(_) => {}
            }
        }
    }

    /// All that is left, up to `limit` bytes.
    ///
    /// # Errors
    /// As [`next`](Self::next); or there is more.
    pub async fn collect(&self, limit: u64) -> Result<Bytes, StreamError> {
        let Some(first) = self.next().await? else { return Ok(Bytes::new()) };
        let mut whole = bytes::BytesMut::from(first);
        while let Some(piece) = self.next().await? {
            if (whole.len() + piece.len()) as u64 > limit {
                return Err(StreamError::TooLarge);
            }
            whole.extend_from_slice(&piece);
        }
        if whole.len() as u64 > limit { Err(StreamError::TooLarge) } else { Ok(whole.freeze()) }
    }

    /// How many bytes are to come, if that was announced.
    pub fn remaining(&self) -> Option<u64> {
        self.state().pieces.as_ref().map_or(Some(0), |pieces| pieces.size_hint().exact())
    }

    /// The headers that came behind the body, such as its checksum. None before the end.
    pub fn trailers(&self) -> HeaderMap {
        self.state().trailers.clone()
    }

    /// Nobody gets another piece: what is left is the caller's. Tells whether somebody had a piece before.
    pub(crate) fn take(&self) -> (bool, Option<Pieces>) {
        let mut state = self.state();
        (state.begun, state.pieces.take())
    }

    /// Nobody panics while holding the lock, except in the pieces themselves, which are then not asked again.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn poll_frame(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        self.begun = true;
        let Some(pieces) = &mut self.pieces else { return Poll::Ready(None) };
        let frame = ready!(pieces.as_mut().poll_frame(context));
        match &frame {
            None | Some(Err(_)) => self.pieces = None,
            Some(Ok(frame)) => {
                if let Some(trailers) = frame.trailers_ref() {
                    self.trailers = trailers.clone();
                }
            }
        }
        Poll::Ready(frame)
    }
}

impl Body for ByteStream {
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        self.state().poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.state().pieces.as_ref().is_none_or(|pieces| pieces.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.remaining().map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

impl From<Bytes> for ByteStream {
    fn from(whole: Bytes) -> Self {
        if whole.is_empty() {
            Self::default()
        } else {
            Self::new(Full::new(whole).map_err(|never| match never {}))
        }
    }
}

/// Handles on one stream are equal, and streams that are over.
impl PartialEq for ByteStream {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || (self.state().pieces.is_none() && other.state().pieces.is_none())
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.remaining() {
            Some(length) => write!(f, "ByteStream({length} bytes)"),
            None => write!(f, "ByteStream"),
        }
    }
}
