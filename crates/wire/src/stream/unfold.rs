//! A body made of the futures that one function makes.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::StreamError;

pub(super) struct Unfold<S, F, N> {
    step: F,
    stage: Stage<S, N>,
    /// Bytes to come.
    left: u64,
}

enum Stage<S, N> {
    Ready(S),
    Waiting(Pin<Box<N>>),
    Over,
}

impl<S, F, N> Unfold<S, F, N> {
    pub(super) fn new(length: u64, state: S, step: F) -> Self {
        Self { step, stage: Stage::Ready(state), left: length }
    }
}

/// Nothing in it is pinned where it stands.
impl<S, F, N> Unpin for Unfold<S, F, N> {}

impl<S, F, N> Body for Unfold<S, F, N>
where
    F: FnMut(S) -> N,
    N: Future<Output = io::Result<Option<(Bytes, S)>>>,
{
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        let this = self.get_mut();
        let mut next = match std::mem::replace(&mut this.stage, Stage::Over) {
            Stage::Ready(state) => Box::pin((this.step)(state)),
            Stage::Waiting(next) => next,
            Stage::Over => return Poll::Ready(None),
        };
        let Poll::Ready(made) = next.as_mut().poll(context) else {
            this.stage = Stage::Waiting(next);
            return Poll::Pending;
        };
        let frame = match made {
            Ok(Some((bytes, state))) => {
                this.left = this.left.saturating_sub(bytes.len() as u64);
                this.stage = Stage::Ready(state);
                Some(Ok(Frame::data(bytes)))
            }
            Ok(None) if this.left > 0 => Some(Err(StreamError::Source("it is shorter than it was".into()))),
            Ok(None) => None,
            Err(error) => Some(Err(StreamError::Source(error.to_string()))),
        };
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.stage, Stage::Over)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
