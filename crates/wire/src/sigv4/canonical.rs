//! The canonical form of a request, and its signature.

use std::fmt::Write as _;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use hob_types::hexadecimal;
use http::request::Parts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::{ALGORITHM, TERMINATOR};

const UNRESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const PATH: AsciiSet = UNRESERVED.remove(b'/');

/// What a signature is valid for.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    /// As in `20260102`.
    pub date: &'a str,
    pub region: &'a str,
    pub service: &'a str,
}

impl Scope<'_> {
    pub(super) fn text(&self) -> String {
        format!("{}/{}/{}/{TERMINATOR}", self.date, self.region, self.service)
    }
}

/// The signature in lower-case hexadecimal.
pub(super) fn signature(secret: &str, scope: Scope<'_>, moment: &str, canonical_request: &str) -> String {
    let text = string_to_sign(scope, moment, canonical_request);
    hexadecimal(hmac_sha256(signing_key(secret, scope).as_ref(), &text).as_ref())
}

pub(super) fn string_to_sign(scope: Scope<'_>, moment: &str, canonical_request: &str) -> String {
    let hash = payload_hash(canonical_request.as_bytes());
    format!("{ALGORITHM}\n{moment}\n{}\n{hash}", scope.text())
}

/// What a secret becomes for one day, region and service.
pub(super) fn signing_key(secret: &str, Scope { date, region, service }: Scope<'_>) -> hmac::Tag {
    let start = hmac_sha256(format!("AWS4{secret}").as_bytes(), date);
    [region, service, TERMINATOR].iter().fold(start, |key, part| hmac_sha256(key.as_ref(), part))
}

pub(super) fn hmac_sha256(key: &[u8], text: &str) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes())
}

pub(crate) fn payload_hash(body: &[u8]) -> String {
    hexadecimal(digest(&SHA256, body).as_ref())
}

/// `signed_headers` as in the signature: lower-case names between semicolons.
pub(super) fn canonical_request(
    parts: &Parts,
    service: &str,
    signed_headers: &str,
    payload_hash: &str,
) -> String {
    let path = canonical_path(parts.uri.path(), service);
    let query = canonical_query(parts.uri.query().unwrap_or_default());
    let mut text = format!("{}\n{path}\n{query}\n", parts.method);
    for name in signed_headers.split(';') {
        let _ = writeln!(text, "{name}:{}", canonical_header(parts, name));
    }
    let _ = write!(text, "\n{signed_headers}\n{payload_hash}");
    text
}

/// Encoded once more than it was sent, without `.`, `..` and empty segments; S3 takes it as it is.
fn canonical_path(path: &str, service: &str) -> String {
    if service == "s3" {
        return path.to_owned();
    }
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    let slash = if path.ends_with('/') && !segments.is_empty() { "/" } else { "" };
    format!("/{}{slash}", utf8_percent_encode(&segments.join("/"), &PATH))
}

/// Sorted by name and value, each encoded anew, without the signature of a presigned URL.
fn canonical_query(query: &str) -> String {
    let encode = |text: &str| {
        utf8_percent_encode(&percent_decode_str(text).decode_utf8_lossy(), &UNRESERVED).to_string()
    };
    let mut pairs: Vec<(String, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .filter(|(name, _)| *name != "X-Amz-Signature")
        .map(|(name, value)| (encode(name), encode(value)))
        .collect();
    pairs.sort();
    let pairs: Vec<String> = pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

/// Trimmed, with single spaces; several headers of a name are one with commas.
fn canonical_header(parts: &Parts, name: &str) -> String {
    let values: Vec<String> = parts
        .headers
        .get_all(name)
        .iter()
        .map(|value| {
            String::from_utf8_lossy(value.as_bytes()).split_whitespace().collect::<Vec<_>>().join(" ")
        })
        .collect();
    values.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_encoded_twice_except_for_s3() {
        assert_eq!(canonical_path("/f/arn%3Aaws/x", "lambda"), "/f/arn%253Aaws/x");
        assert_eq!(canonical_path("/f/arn%3Aaws/x", "s3"), "/f/arn%3Aaws/x");
        assert_eq!(canonical_path("/", "lambda"), "/");
        assert_eq!(canonical_path("/functions/", "lambda"), "/functions/");
        assert_eq!(canonical_path("/a//b/./c/../d", "lambda"), "/a/b/d");
        assert_eq!(canonical_path("/a//b", "s3"), "/a//b");
    }

    #[test]
    fn a_query_is_sorted_and_encoded_anew() {
        assert_eq!(canonical_query("b=2&a=x:y&a=%41&empty"), "a=A&a=x%3Ay&b=2&empty=");
        assert_eq!(canonical_query("X-Amz-Signature=00&z=~"), "z=~");
    }
}
