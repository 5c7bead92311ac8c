//! Reads the parts of a form off a stream.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use hob_wire::{ByteStream, StreamError};
use http_body::Body as _;

use super::fields::Fields;
use super::file::{FileSize, FormFile};
use super::headers::PartHeaders;

/// In bytes, of all that comes before the file. Source: the S3 API reference, "POST Object".
const FIELDS_MAX: usize = 20 << 10;

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FormError {
    #[error("the body is no form")]
    Malformed,
    #[error("the fields before the file make more than {FIELDS_MAX} bytes")]
    FieldsTooLong,
    #[error("a field is there twice")]
    Twice(String),
    #[error("there is no file")]
    NoFile,
    #[error(transparent)]
    Stream(#[from] StreamError),
}

/// What is left of a form, from a boundary on.
#[derive(Debug)]
pub(crate) struct FormReader {
    source: ByteStream,
    buffer: BytesMut,
    /// A line break, two hyphens and the boundary.
    delimiter: Vec<u8>,
}

impl FormReader {
    pub(crate) fn new(source: ByteStream, boundary: &str) -> Self {
        // The first boundary may stand at the very beginning; for all others a line break belongs to them.
        let buffer = BytesMut::from(&b"\r\n"[..]);
        Self { source, buffer, delimiter: format!("\r\n--{boundary}").into_bytes() }
    }

    /// All fields that come before the file, and the file. Whatever follows it does not count.
    pub(crate) async fn read(mut self) -> Result<(Fields, Option<String>, FormFile), FormError> {
        let mut fields = Fields::default();
        let mut room = FIELDS_MAX;
        self.until_delimiter(&mut room).await?;
        loop {
            let headers = self.headers(&mut room).await?;
            if headers.name.eq_ignore_ascii_case("file") {
                fields.fill_in(headers.file_name.as_deref().unwrap_or_default());
                return Ok((fields, headers.content_type, FormFile::new(self)));
            }
            let value = self.until_delimiter(&mut room).await?;
            let value = String::from_utf8(value.to_vec()).map_err(|_| FormError::Malformed)?;
            if !fields.insert(&headers.name, value) {
                return Err(FormError::Twice(headers.name));
            }
        }
    }

    async fn headers(&mut self, room: &mut usize) -> Result<PartHeaders, FormError> {
        const LAST: &[u8] = b"--";
        while self.buffer.len() < LAST.len() {
            self.more(room).await?;
        }
        if self.buffer.starts_with(LAST) {
            return Err(FormError::NoFile);
        }
        let headers = self.until(b"\r\n\r\n", room).await?;
        let text = std::str::from_utf8(&headers).map_err(|_| FormError::Malformed)?;
        PartHeaders::parse(text).ok_or(FormError::Malformed)
    }

    async fn until_delimiter(&mut self, room: &mut usize) -> Result<Bytes, FormError> {
        let delimiter = self.delimiter.clone();
        self.until(&delimiter, room).await
    }

    /// What comes before an end, which is taken, too.
    async fn until(&mut self, end: &[u8], room: &mut usize) -> Result<Bytes, FormError> {
        loop {
            if let Some(at) = find(&self.buffer, end) {
                let found = self.buffer.split_to(at).freeze();
                let _end = self.buffer.split_to(end.len());
                *room = room.checked_sub(at + end.len()).ok_or(FormError::FieldsTooLong)?;
                return Ok(found);
            }
            self.more(room).await?;
        }
    }

    async fn more(&mut self, room: &usize) -> Result<(), FormError> {
        // A piece may hold the file's beginning, so only what has no end yet is too long.
        if self.buffer.len() > *room {
            return Err(FormError::FieldsTooLong);
        }
        match poll_fn(|context| self.poll_more(context)).await? {
            true => Ok(()),
            false => Err(FormError::Malformed),
        }
    }

    /// Whether another piece came.
    fn poll_more(&mut self, context: &mut Context<'_>) -> Poll<Result<bool, StreamError>> {
        loop {
            let Some(frame) = ready!(Pin::new(&mut self.source).poll_frame(context)?) else {
                return Poll::Ready(Ok(false));
            };
            if let Ok(bytes) = frame.into_data() {
                self.buffer.extend_from_slice(&bytes);
                return Poll::Ready(Ok(true));
            }
        }
    }

    /// The next piece of the file; `None` at its end.
    pub(super) fn poll_file(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, StreamError>>> {
        loop {
            match find(&self.buffer, &self.delimiter) {
                Some(0) => return Poll::Ready(None),
                Some(at) => return Poll::Ready(Some(Ok(self.buffer.split_to(at).freeze()))),
                None => {}
            }
            // What may be the beginning of a delimiter stays.
            let sure = (self.buffer.len() + 1).saturating_sub(self.delimiter.len());
            if sure > 0 {
                return Poll::Ready(Some(Ok(self.buffer.split_to(sure).freeze())));
            }
            match ready!(self.poll_more(context)) {
                Ok(true) => {}
                Ok(false) => return Poll::Ready(Some(Err(StreamError::Incomplete))),
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
    }
}

/// Where `wanted`, which is not empty, begins.
fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let (first, mut from) = (wanted[0], 0);
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == first) {
        if bytes[from + at..].starts_with(wanted) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

impl FormFile {
    fn new(reader: FormReader) -> Self {
        Self { reader: Some(reader), size: FileSize::default(), bounds: 0..=u64::MAX }
    }
}
