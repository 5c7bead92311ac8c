//! Signs requests, for Hob's own clients.

use hob_types::Timestamp;
use http::header::{AUTHORIZATION, HOST};
use http::request::Parts;
use http::{HeaderName, HeaderValue};

use super::canonical::{self, Scope};
use super::{ALGORITHM, TERMINATOR, UNSIGNED_PAYLOAD};

#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    pub access_key_id: &'a str,
    pub secret_access_key: &'a str,
    pub session_token: Option<&'a str>,
}

/// With what, for what and when a request is signed.
#[derive(Clone, Copy)]
pub struct Signing<'a> {
    pub credentials: Credentials<'a>,
    pub region: &'a str,
    /// The signing name, such as `lambda`.
    pub service: &'a str,
    pub now: Timestamp,
}

const DATE: HeaderName = HeaderName::from_static("x-amz-date");
const TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// Signs the body's hash, unless `x-amz-content-sha256` says something else of it, all headers that the request has so
/// far, and `Host`, which is taken from the URI if it is not there.
///
/// # Errors
/// A credential, or the host, is not fit for a header.
pub fn sign(parts: &mut Parts, body: &[u8], signing: &Signing<'_>) -> Result<(), http::Error> {
    let moment = signing.now.to_sigv4_string();
    if let (false, Some(authority)) = (parts.headers.contains_key(HOST), parts.uri.authority()) {
        parts.headers.insert(HOST, HeaderValue::try_from(authority.as_str())?);
    }
    parts.headers.insert(DATE, HeaderValue::try_from(&moment)?);
    if let Some(token) = signing.credentials.session_token {
        parts.headers.insert(TOKEN, HeaderValue::try_from(token)?);
    }
    let declared = parts.headers.get("x-amz-content-sha256").and_then(|hash| hash.to_str().ok());
    let hash = declared.map_or_else(|| canonical::payload_hash(body), str::to_owned);
    let authorization = authorization(parts, &hash, signing, &moment);
    parts.headers.insert(AUTHORIZATION, HeaderValue::try_from(authorization)?);
    Ok(())
}

/// The signature of a URL whose other parameters stand in it already. What it is asked with is not signed.
pub fn presignature(parts: &Parts, signed_headers: &str, signing: &Signing<'_>, moment: &str) -> String {
    let Signing { credentials, region, service, .. } = *signing;
    let scope = Scope { date: moment.get(..8).unwrap_or_default(), region, service };
    let request = canonical::canonical_request(parts, service, signed_headers, UNSIGNED_PAYLOAD);
    canonical::signature(credentials.secret_access_key, scope, moment, &request)
}

fn authorization(parts: &Parts, payload_hash: &str, signing: &Signing<'_>, moment: &str) -> String {
    let mut names: Vec<&str> = parts.headers.keys().map(HeaderName::as_str).collect();
    names.retain(|name| *name != AUTHORIZATION.as_str());
    names.sort_unstable();
    let signed_headers = names.join(";");
    let Signing { credentials, region, service, .. } = *signing;
    let scope = Scope { date: moment.get(..8).unwrap_or_default(), region, service };
    let request = canonical::canonical_request(parts, service, &signed_headers, payload_hash);
    let signature = canonical::signature(credentials.secret_access_key, scope, moment, &request);
    format!(
        "{ALGORITHM} Credential={}/{}/{region}/{service}/{TERMINATOR}, SignedHeaders={signed_headers}, \
         Signature={signature}",
        credentials.access_key_id, scope.date
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From AWS's SigV4 test suite: get-vanilla and post-vanilla-query.
    #[test]
    fn the_signature_is_that_of_awss_test_vectors() {
        let check = |method: &str, uri: &str, expected: &str| {
            let request = http::Request::builder().method(method).uri(uri).body(()).unwrap();
            let mut parts = request.into_parts().0;
            let credentials = Credentials {
                access_key_id: "AKIDEXAMPLE",
                secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                session_token: None,
            };
            let now = Timestamp::from_millis(1_440_938_160_000);
            sign(&mut parts, b"", &Signing { credentials, region: "us-east-1", service: "service", now })
                .unwrap();
            let found = parts.headers[AUTHORIZATION].to_str().unwrap();
            assert_eq!(found.rsplit('=').next(), Some(expected), "{found}");
        };
        check(
            "GET",
            "https://example.amazonaws.com/",
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        );
        check(
            "POST",
            "https://example.amazonaws.com/?Param1=value1",
            "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
        );
    }
}
