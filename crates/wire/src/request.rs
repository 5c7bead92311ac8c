//! A request as it came from the socket, with what routing found out about it.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::request::Parts;

use crate::error::AwsError;
use crate::stream::ByteStream;

/// Borrowed by the codec of its protocol.
#[derive(Debug)]
pub struct Request<'a> {
    pub parts: &'a Parts,
    /// Shared with the socket's buffer, never copied.
    pub body: Bytes,
    /// Instead of the body, for an operation that reads it itself.
    pub stream: ByteStream,
    /// What the labels of the URI template stand for, decoded.
    pub labels: Vec<(&'static str, String)>,
}

impl Request<'_> {
    /// A body that is said to be something else is not read as JSON. Saying nothing is saying JSON.
    pub(crate) fn require_json(&self) -> Result<(), AwsError> {
        let is_json = match media_type(self.parts) {
            None => true,
            Some(media_type) => {
                media_type.eq_ignore_ascii_case("application/json")
                    || media_type.to_ascii_lowercase().starts_with("application/x-amz-json-1.")
            }
        };
        if is_json || self.body.is_empty() {
            return Ok(());
        }
        let text = "The content type of the request body is not JSON.";
        Err(AwsError::new("UnsupportedMediaTypeException", text).with_status(415))
    }
}

/// The content type without its parameters.
pub(crate) fn media_type(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(CONTENT_TYPE)?.to_str().ok()?;
    value.split(';').next().map(str::trim)
}
