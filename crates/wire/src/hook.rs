//! What a service says to browsers, and to what is none of its operations.

use async_trait::async_trait;
use http::request::Parts;
use http::{HeaderMap, Response};

use crate::answer::Body;
use crate::error::AwsError;
use crate::keys::Keys;
use crate::operation::RequestContext;
use crate::stream::ByteStream;

/// A request that is no operation of the model: a preflight, or an HTML form with a file.
pub struct RawRequest<'a> {
    /// Where access control is on, nobody: forms and preflights are not signed as other requests are.
    pub context: &'a RequestContext,
    pub parts: &'a Parts,
    /// Percent-encoded, and with the bucket even where the host has it: `/bucket/key`.
    pub path: &'a str,
    /// Of a form: all its parts, boundaries included. What is not read of it is discarded.
    pub body: ByteStream,
    /// Where access control is on: what signs must have a key there.
    pub keys: Option<&'a dyn Keys>,
}

/// A page that wants to read an answer.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// Such as `https://example.com`.
    pub origin: &'a str,
    pub parts: &'a Parts,
    /// As in [`RawRequest::path`].
    pub path: &'a str,
}

/// Answers beside the operations of a service whose users decide themselves which pages may use what they keep.
#[async_trait]
pub trait Hook: Send + Sync {
    /// Answers `OPTIONS`, and `POST` of `multipart/form-data`. An error is written as the service's protocol has it.
    async fn answer(&self, request: RawRequest<'_>) -> Result<Response<Body>, AwsError>;

    /// Whether a document that an operation is about to read is what its headers say, such as `Content-MD5` or
    /// `x-amz-checksum-crc32`: the protocol knows no checksums.
    fn check_document(&self, parts: &Parts, document: &[u8]) -> Result<(), AwsError> {
        let _ = (parts, document);
        Ok(())
    }

    /// The headers that let the page read the answer to this request, by the rules of whose the path is; `None` if there
    /// is no such rule. A page from elsewhere is then not served at all, unless the server's own settings allow it.
    async fn admit(&self, page: Page<'_>) -> Option<HeaderMap>;
}
