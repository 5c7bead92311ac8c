//! The data of an `aws-chunked` body, and the headers that trail it.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use aws_lc_rs::digest;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body::{Body, Frame, SizeHint};

use super::chunks::{Chunks, Piece};
use crate::sigv4::{ChunkSigner, same};
use crate::stream::{ByteStream, StreamError};

const TRAILER_SIGNATURE: &str = "x-amz-trailer-signature";

pub(super) struct Decoder {
    body: ByteStream,
    /// What came of the body and was not looked at.
    input: Bytes,
    chunks: Chunks,
    /// Bytes of data to come.
    left: u64,
    check: Option<Check>,
    is_over: bool,
}

/// Verifies the signatures of the frames, in their order.
struct Check {
    signer: ChunkSigner,
    /// Of the frame at hand.
    signature: String,
    hash: digest::Context,
}

impl Decoder {
    /// With a signer, a chunk's data is followed by an error unless the chunk was signed.
    pub(super) fn new(body: ByteStream, length: u64, signer: Option<ChunkSigner>) -> Self {
        let check = signer.map(|signer| Check { signer, signature: String::new(), hash: new_hash() });
        Self { body, input: Bytes::new(), chunks: Chunks::default(), left: length, check, is_over: false }
    }

    /// The next data in what has come already.
    fn step(&mut self) -> Result<Option<Bytes>, StreamError> {
        while let Some(piece) = self.chunks.next(&mut self.input)? {
            match piece {
                Piece::Head { length, signature } => {
                    // More than was announced is not even begun.
                    self.left.checked_sub(length).ok_or(StreamError::Incomplete)?;
                    if let Some(check) = &mut self.check {
                        check.signature = signature.ok_or(StreamError::WrongSignature)?;
                        if length == 0 {
                            check.end_chunk()?;
                        }
                    }
                }
                Piece::Data(data) => {
                    self.left = self.left.saturating_sub(data.len() as u64);
                    if let Some(check) = &mut self.check {
                        check.hash.update(&data);
                    }
                    return Ok(Some(data));
                }
                Piece::End => self.check.as_mut().map_or(Ok(()), Check::end_chunk)?,
            }
        }
        Ok(None)
    }

    fn end(&mut self) -> Result<HeaderMap, StreamError> {
        let trailer = self.chunks.finish()?;
        if self.left > 0 {
            return Err(StreamError::Incomplete);
        }
        let Trailer { headers, signed, signature } = Trailer::parse(&trailer)?;
        match (&mut self.check, signature) {
            (Some(check), Some(signature)) => {
                let expected = check.signer.trailer(&signed);
                if same(&expected, &signature) { Ok(headers) } else { Err(StreamError::WrongSignature) }
            }
            (Some(_), None) if !headers.is_empty() => Err(StreamError::WrongSignature),
            _ => Ok(headers),
        }
    }
}

fn new_hash() -> digest::Context {
    digest::Context::new(&digest::SHA256)
}

impl Check {
    fn end_chunk(&mut self) -> Result<(), StreamError> {
        let hash = std::mem::replace(&mut self.hash, new_hash());
        let expected = self.signer.chunk(hash);
        if same(&expected, &self.signature) { Ok(()) } else { Err(StreamError::WrongSignature) }
    }
}

struct Trailer {
    headers: HeaderMap,
    /// The headers in the form that is signed.
    signed: String,
    signature: Option<String>,
}

impl Trailer {
    /// Clients disagree on where an empty line belongs.
    fn parse(text: &str) -> Result<Self, StreamError> {
        let broken = || StreamError::Malformed("The trailing headers are broken.");
        let mut trailer = Self { headers: HeaderMap::new(), signed: String::new(), signature: None };
        for line in text.split('\n').map(str::trim).filter(|line| !line.is_empty()) {
            let (name, value) = line.split_once(':').ok_or_else(broken)?;
            let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
            if name == TRAILER_SIGNATURE {
                trailer.signature = Some(value.to_owned());
                continue;
            }
            trailer.signed += &format!("{name}:{value}\n");
            let name = HeaderName::try_from(name).map_err(|_| broken())?;
            trailer.headers.append(name, HeaderValue::try_from(value).map_err(|_| broken())?);
        }
        Ok(trailer)
    }
}

impl Body for Decoder {
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        let this = self.get_mut();
        while !this.is_over {
            if let Some(data) = this.step()? {
                return Poll::Ready(Some(Ok(Frame::data(data))));
            }
            match ready!(Pin::new(&mut this.body).poll_frame(context)).transpose()? {
                Some(frame) => this.input = frame.into_data().unwrap_or_default(),
                None => {
                    this.is_over = true;
                    return Poll::Ready(Some(this.end().map(Frame::trailers)));
                }
            }
        }
        Poll::Ready(None)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
