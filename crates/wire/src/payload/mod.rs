//! What the headers say of a body that is read piece by piece, and the streams that hold it to that.

mod chunks;
mod decoder;
mod hashed;

#[cfg(feature = "fuzzing")]
pub(crate) use self::chunks::Chunks;

use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http::request::Parts;
use http::{HeaderName, HeaderValue};

use self::decoder::Decoder;
use self::hashed::Hashed;
use crate::error::AwsError;
use crate::sigv4::ChunkSigner;
use crate::stream::ByteStream;

const DECODED_LENGTH: HeaderName = HeaderName::from_static("x-amz-decoded-content-length");
const CONTENT_SHA256: &str = "x-amz-content-sha256";
/// Of a `Content-Encoding`: the body comes in chunks within those of HTTP, or without.
const AWS_CHUNKED: &str = "aws-chunked";

/// How a body is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Payload {
    /// As it comes.
    Plain,
    /// As it comes, and its SHA-256 in hexadecimal is this.
    Hashed(String),
    /// In `aws-chunked` frames that hold so many bytes.
    Chunked { length: u64, signed: bool },
}

impl Payload {
    pub(crate) fn of(parts: &Parts) -> Result<Self, AwsError> {
        let declared = parts.headers.get(CONTENT_SHA256).and_then(|value| value.to_str().ok());
        let signed = match declared {
            None | Some("UNSIGNED-PAYLOAD") if !is_chunked(parts) => return Ok(Self::Plain),
            None | Some("UNSIGNED-PAYLOAD" | "STREAMING-UNSIGNED-PAYLOAD-TRAILER") => false,
            Some(
                "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
                | "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
                | "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"
                | "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
            ) => true,
            Some(hash) if hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                return Ok(Self::Hashed(hash.to_ascii_lowercase()));
            }
            Some(other) => return Err(unknown_payload(other)),
        };
        Ok(Self::Chunked { length: decoded_length(parts)?, signed })
    }

    /// The body as the handler sees it. With a signer, hashes and signatures are verified.
    pub(crate) fn read(self, body: &ByteStream, signer: Option<ChunkSigner>) -> ByteStream {
        match (self, signer) {
            (Self::Hashed(hash), Some(_)) => ByteStream::new(Hashed::new(body.clone(), hash)),
            (Self::Chunked { length, signed }, signer) => {
                ByteStream::new(Decoder::new(body.clone(), length, signer.filter(|_| signed)))
            }
            (Self::Plain | Self::Hashed(_), _) => body.clone(),
        }
    }

    /// The headers as they would be without the frames; `None` if they are so already.
    pub(crate) fn plain_parts(&self, parts: &Parts) -> Option<Parts> {
        let Self::Chunked { length, .. } = self else { return None };
        let mut parts = parts.clone();
        parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(*length));
        let encodings: Vec<&str> = encodings(&parts).filter(|encoding| *encoding != AWS_CHUNKED).collect();
        match HeaderValue::try_from(encodings.join(",")) {
            Ok(rest) if !rest.is_empty() => drop(parts.headers.insert(CONTENT_ENCODING, rest)),
            _ => drop(parts.headers.remove(CONTENT_ENCODING)),
        }
        Some(parts)
    }
}

/// Clients that do not sign say it here only.
fn is_chunked(parts: &Parts) -> bool {
    parts.headers.contains_key(DECODED_LENGTH) && encodings(parts).any(|encoding| encoding == AWS_CHUNKED)
}

fn encodings(parts: &Parts) -> impl Iterator<Item = &str> {
    let values = parts.headers.get_all(CONTENT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim)
}

fn decoded_length(parts: &Parts) -> Result<u64, AwsError> {
    let length = parts.headers.get(DECODED_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    length.ok_or_else(|| {
        AwsError::new("MissingContentLength", "You must provide the Content-Length HTTP header.")
            .with_status(411)
    })
}

fn unknown_payload(value: &str) -> AwsError {
    let text = "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, \
                STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid \
                sha256 value.";
    AwsError::new("InvalidArgument", text)
        .with_member("ArgumentName", CONTENT_SHA256)
        .with_member("ArgumentValue", value)
}
