use std::ops::RangeInclusive;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hob_wire::{ByteStream, StreamError};
use http_body::Frame;

use super::reader::FormReader;

/// A form's file. Its stream fails where it is shorter or longer than it may be.
#[derive(Debug)]
pub(crate) struct FormFile {
    /// `None`: it is over.
    pub(super) reader: Option<FormReader>,
    pub(super) size: FileSize,
    pub(super) bounds: RangeInclusive<u64>,
}

/// How many bytes of a file have come; a clone counts along.
#[derive(Clone, Debug, Default)]
pub(crate) struct FileSize(Arc<AtomicU64>);

impl FileSize {
    pub(crate) fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl FormFile {
    /// `bounds`: how many bytes it may have.
    pub(crate) fn into_stream(mut self, bounds: RangeInclusive<u64>) -> (ByteStream, FileSize) {
        self.bounds = bounds;
        let size = self.size.clone();
        (ByteStream::new(self), size)
    }
}

impl http_body::Body for FormFile {
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        let Some(reader) = &mut self.reader else { return Poll::Ready(None) };
        let piece = ready!(reader.poll_file(context)).transpose()?;
        let length = piece.as_ref().map_or(0, |piece| piece.len() as u64);
        let size = self.size.0.fetch_add(length, Ordering::Relaxed) + length;
        if size > *self.bounds.end() {
            return Poll::Ready(Some(Err(StreamError::TooLarge)));
        }
        Poll::Ready(match piece {
            Some(piece) => Some(Ok(Frame::data(piece))),
            None => {
                self.reader = None;
                (size < *self.bounds.start()).then_some(Err(StreamError::Incomplete))
            }
        })
    }
}
