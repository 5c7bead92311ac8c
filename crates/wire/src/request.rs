//! A request as it came from the socket, with what routing found out about it.

use bytes::Bytes;
use http::request::Parts;

/// Borrowed by the codec of its protocol.
#[derive(Debug)]
pub struct Request<'a> {
    pub parts: &'a Parts,
    /// Shared with the socket's buffer, never copied.
    pub body: Bytes,
    /// What the labels of the URI template stand for, in order, decoded.
    pub labels: Vec<(&'static str, String)>,
}
