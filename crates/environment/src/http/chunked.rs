//! The chunked transfer coding (RFC 9112, section 7.1), decoded from whatever has arrived so far.

use bytes::{Buf, Bytes, BytesMut};

use super::head::Headers;

/// The longest line between chunks, and the longest trailer section, in bytes. A streaming response's trailers
/// carry an error document in base64.
const LINE_MAX: usize = 4 << 10;
const TRAILERS_MAX: usize = 64 << 10;

/// Where in the body the next byte is.
#[derive(Debug)]
pub(crate) enum ChunkedDecoder {
    Size,
    Data {
        remaining: u64,
    },
    /// The line end after a chunk's data.
    DataEnd,
    Trailers,
}

/// What could be made of the bytes so far.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Decoded {
    Data(Bytes),
    /// The body is complete; these are its trailers.
    End(Headers),
    /// More bytes are needed.
    Incomplete,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the chunked body is malformed")]
pub(crate) struct MalformedChunk;

impl ChunkedDecoder {
    pub(crate) fn new() -> Self {
        Self::Size
    }

    /// Takes what it understands from the front of `buffer`. Not called again after [`Decoded::End`].
    pub(crate) fn decode(&mut self, buffer: &mut BytesMut) -> Result<Decoded, MalformedChunk> {
        loop {
            match self {
                Self::Size => match take_line(buffer)? {
                    None => return Ok(Decoded::Incomplete),
                    Some(line) => *self = after_size(size(&line)?),
                },
                Self::Data { .. } if buffer.is_empty() => return Ok(Decoded::Incomplete),
                Self::Data { remaining } => {
                    let taken = buffer.len().min(usize::try_from(*remaining).unwrap_or(usize::MAX));
                    *remaining -= taken as u64;
                    if *remaining == 0 {
                        *self = Self::DataEnd;
                    }
                    return Ok(Decoded::Data(buffer.split_to(taken).freeze()));
                }
                Self::DataEnd => match take_line(buffer)? {
                    None => return Ok(Decoded::Incomplete),
                    Some(line) if line.is_empty() => *self = Self::Size,
                    Some(_) => return Err(MalformedChunk),
                },
                Self::Trailers => return trailers(buffer),
            }
        }
    }
}

fn after_size(size: u64) -> ChunkedDecoder {
    match size {
        0 => ChunkedDecoder::Trailers,
        remaining => ChunkedDecoder::Data { remaining },
    }
}

/// The next line without its end; a line end is CRLF.
fn take_line(buffer: &mut BytesMut) -> Result<Option<BytesMut>, MalformedChunk> {
    let Some(end) = buffer.iter().take(LINE_MAX).position(|&b| b == b'\n') else {
        return if buffer.len() < LINE_MAX { Ok(None) } else { Err(MalformedChunk) };
    };
    let mut line = buffer.split_to(end + 1);
    if !line.ends_with(b"\r\n") {
        return Err(MalformedChunk);
    }
    line.truncate(end - 1);
    Ok(Some(line))
}

/// Hexadecimal, perhaps followed by extensions, which mean nothing to us.
fn size(line: &[u8]) -> Result<u64, MalformedChunk> {
    let digits = line.split(|&b| b == b';').next().unwrap_or_default().trim_ascii();
    if digits.is_empty() || digits.len() > 15 {
        return Err(MalformedChunk);
    }
    digits.iter().try_fold(0, |size: u64, &digit| {
        let digit = char::from(digit).to_digit(16).ok_or(MalformedChunk)?;
        Ok(size * 16 + u64::from(digit))
    })
}

fn trailers(buffer: &mut BytesMut) -> Result<Decoded, MalformedChunk> {
    if buffer.starts_with(b"\r\n") {
        buffer.advance(2);
        return Ok(Decoded::End(Headers::default()));
    }
    let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") else {
        return if buffer.len() < TRAILERS_MAX { Ok(Decoded::Incomplete) } else { Err(MalformedChunk) };
    };
    let mut section = buffer.split_to(end + 4);
    section.truncate(end + 2);
    Headers::parse(&section.freeze()).map(Decoded::End).map_err(|_| MalformedChunk)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The body, the trailers if it has ended, and what is left.
    type Fed = (Vec<u8>, Option<Headers>, Vec<u8>);

    /// Feeds the pieces one after another, as reads would.
    fn decode(pieces: &[&[u8]]) -> Result<Fed, MalformedChunk> {
        let (mut decoder, mut buffer, mut body) = (ChunkedDecoder::new(), BytesMut::new(), Vec::new());
        for piece in pieces {
            buffer.extend_from_slice(piece);
            loop {
                match decoder.decode(&mut buffer)? {
                    Decoded::Data(data) => body.extend_from_slice(&data),
                    Decoded::End(trailers) => return Ok((body, Some(trailers), buffer.to_vec())),
                    Decoded::Incomplete => break,
                }
            }
        }
        Ok((body, None, buffer.to_vec()))
    }

    #[test]
    fn chunks_are_joined_and_what_follows_the_body_is_left() {
        let (body, trailers, rest) = decode(&[b"5;x=y\r\nhello\r\n1\r\n!\r\n0\r\n\r\nGET /"]).unwrap();
        assert_eq!((&body[..], &rest[..]), (&b"hello!"[..], &b"GET /"[..]));
        assert_eq!(trailers, Some(Headers::default()));
    }

    #[test]
    fn trailers_are_read_like_header_fields() {
        let (_, trailers, _) =
            decode(&[b"0\r\nLambda-Runtime-Function-Error-Type: Runtime.X\r\n\r\n"]).unwrap();
        let trailers = trailers.unwrap();
        let error_type = trailers.get("lambda-runtime-function-error-type");
        assert_eq!(error_type.map(|v| &v[..]), Some(&b"Runtime.X"[..]));
    }

    #[test]
    fn a_malformed_size_or_a_missing_line_end_is_refused() {
        for body in ["x\r\n", "\r\n", "-1\r\n", "5\nhello\r\n", "2\r\nhello\r\n", "1234567890abcdef0\r\n"] {
            assert_eq!(decode(&[body.as_bytes()]), Err(MalformedChunk), "{body:?}");
        }
        assert_eq!(decode(&[&[b'1'; LINE_MAX]]), Err(MalformedChunk));
    }

    proptest! {
        #[test]
        fn a_chunked_body_is_what_was_sent_however_it_is_cut(
            chunks in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..50), 0..6),
            cut in 0_usize..400,
        ) {
            let mut sent = Vec::new();
            for chunk in &chunks {
                sent.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                sent.extend_from_slice(chunk);
                sent.extend_from_slice(b"\r\n");
            }
            sent.extend_from_slice(b"0\r\n\r\n");
            let (first, second) = sent.split_at(cut.min(sent.len()));
            let (body, trailers, rest) = decode(&[first, second]).unwrap();
            prop_assert_eq!(body, chunks.concat());
            prop_assert!(trailers.is_some() && rest.is_empty());
        }

        #[test]
        fn no_bytes_make_the_decoder_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&[&bytes]);
        }
    }
}
