//! A body whose hash was signed.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use aws_lc_rs::digest;
use bytes::Bytes;
use hob_types::hexadecimal;
use http_body::{Body, Frame, SizeHint};

use crate::stream::{ByteStream, StreamError};

/// Ends with an error if what came was something else.
pub(super) struct Hashed {
    body: ByteStream,
    /// `None` once it was compared.
    hash: Option<digest::Context>,
    declared: String,
}

impl Hashed {
    pub(super) fn new(body: ByteStream, declared: String) -> Self {
        Self { body, hash: Some(digest::Context::new(&digest::SHA256)), declared }
    }

    fn end(&mut self) -> Result<(), StreamError> {
        let Some(hash) = self.hash.take() else { return Ok(()) };
        let computed = hexadecimal(hash.finish().as_ref());
        if computed == self.declared {
            return Ok(());
        }
        Err(StreamError::WrongHash { declared: self.declared.clone(), computed })
    }
}

impl Body for Hashed {
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        let this = self.get_mut();
        let frame = ready!(Pin::new(&mut this.body).poll_frame(context));
        let Some(frame) = frame else { return Poll::Ready(this.end().err().map(Err)) };
        if let (Ok(frame), Some(hash)) = (&frame, &mut this.hash)
            && let Some(data) = frame.data_ref()
        {
            hash.update(data);
        }
        Poll::Ready(Some(frame))
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
