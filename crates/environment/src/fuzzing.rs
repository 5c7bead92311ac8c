//! The parsers of what comes from inside a sandbox. None may panic, whatever the bytes.

use bytes::{Bytes, BytesMut};

use crate::http::{ChunkedDecoder, Decoded, Head, Headers, head_length};

pub fn http_head(bytes: &[u8]) {
    if let Some(length) = head_length(bytes, 0) {
        let _ = Head::parse(&Bytes::copy_from_slice(&bytes[..length]));
    }
}

/// The first byte tells where the rest is cut in two: what is decoded does not depend on how it arrives.
pub fn chunked_body(bytes: &[u8]) {
    let Some((cut, body)) = bytes.split_first() else { return };
    let (first, second) = body.split_at(body.len() * usize::from(*cut) / 256);
    assert_eq!(decode(&[body]), decode(&[first, second]));
}

/// `None`: malformed, or incomplete.
fn decode(pieces: &[&[u8]]) -> Option<(Vec<u8>, Headers)> {
    let (mut decoder, mut buffer, mut data) = (ChunkedDecoder::new(), BytesMut::new(), Vec::new());
    for piece in pieces {
        buffer.extend_from_slice(piece);
        loop {
            match decoder.decode(&mut buffer).ok()? {
                Decoded::Data(more) => data.extend_from_slice(&more),
                Decoded::End(trailers) => return Some((data, trailers)),
                Decoded::Incomplete => break,
            }
        }
    }
    None
}
