//! SigV4, by the protocol layer's own signer.

use bytes::Bytes;
use hob_types::Clock as _;
use hob_wire::sigv4::{self, Signing};
use http::Request;
use http_body_util::Full;

use super::credentials::Credentials;
use crate::system::SystemClock;

pub(super) fn sign(
    request: Request<Full<Bytes>>,
    body: &Bytes,
    service: &str,
    region: &str,
    credentials: &Credentials,
) -> Result<Request<Full<Bytes>>, http::Error> {
    let credentials = sigv4::Credentials {
        access_key_id: &credentials.access_key_id,
        secret_access_key: &credentials.secret_access_key,
        session_token: credentials.session_token.as_deref(),
    };
    let signing = Signing { credentials, region, service, now: SystemClock.now() };
    let (mut parts, content) = request.into_parts();
    sigv4::sign(&mut parts, body, &signing)?;
    Ok(Request::from_parts(parts, content))
}
