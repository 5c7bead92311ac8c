//! AWS Signature Version 2 in a URL, for S3: what SDKs still presign with in the regions that once knew nothing else.
//!
//! Source: "Signing and authenticating REST requests (AWS signature version 2)" in the S3 developer guide.

use std::collections::BTreeMap;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hob_types::Timestamp;
use http::request::Parts;
use percent_encoding::percent_decode_str;

use crate::error::AwsError;
use crate::keys::{Key, Keys};
use crate::routing::parameters;
use crate::sigv4::{access_denied, expired, same, unknown_key, wrong_signature};

/// The parameters that ask for something else than what the path names, and so are signed with it.
const SIGNED_PARAMETERS: [&str; 37] = [
    "accelerate",
    "acl",
    "analytics",
    "cors",
    "defaultObjectAcl",
    "delete",
    "inventory",
    "lifecycle",
    "location",
    "logging",
    "metrics",
    "notification",
    "object-lock",
    "partNumber",
    "policy",
    "replication",
    "requestPayment",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "restore",
    "select",
    "select-type",
    "storageClass",
    "tagging",
    "torrent",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
    "versions",
    "website",
    "encryption",
    "publicAccessBlock",
];

/// A presigned URL.
pub(crate) struct Presigned {
    pub access_key_id: String,
    signature: String,
    /// In seconds after 1970, as it was sent.
    expires: String,
}

impl Presigned {
    /// `None` if the request is signed otherwise, or not.
    pub(crate) fn of(parts: &Parts) -> Option<Self> {
        let get = |name| parameter(parts, name);
        Some(Self {
            access_key_id: get("AWSAccessKeyId")?,
            signature: get("Signature")?,
            expires: get("Expires")?,
        })
    }

    pub(crate) fn check_expiry(&self, now: Timestamp) -> Result<(), AwsError> {
        let end = self.expires.parse().ok().and_then(|seconds: i64| seconds.checked_mul(1000));
        let end =
            end.ok_or_else(|| access_denied("Invalid date (should be seconds since epoch): Expires"))?;
        let end = Timestamp::from_millis(end);
        if end < now { Err(expired(None, end, now)) } else { Ok(()) }
    }

    /// `path` is what the signature names: with the bucket, if the host has it.
    pub(crate) fn verify(&self, parts: &Parts, path: &str, keys: &dyn Keys) -> Result<Key, AwsError> {
        let id = self.access_key_id.as_str();
        let key = keys.secret(id).ok_or_else(|| unknown_key(id))?;
        if key.session_token != parameter(parts, "x-amz-security-token") {
            return Err(AwsError::new(
                "InvalidToken",
                "The provided token is malformed or otherwise invalid.",
            ));
        }
        let text = self.string_to_sign(parts, path);
        let secret = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, key.secret.as_bytes());
        let expected = BASE64.encode(hmac::sign(&secret, text.as_bytes()).as_ref());
        if same(&expected, &self.signature) {
            Ok(key)
        } else {
            Err(wrong_signature(id, &self.signature, &text))
        }
    }

    fn string_to_sign(&self, parts: &Parts, path: &str) -> String {
        let header = |name: &str| {
            let header = parts.headers.get(name).and_then(|value| value.to_str().ok());
            header.map(str::to_owned).or_else(|| parameter(parts, name)).unwrap_or_default()
        };
        let mut text = format!(
            "{}\n{}\n{}\n{}\n",
            parts.method,
            header("content-md5"),
            header("content-type"),
            self.expires
        );
        for (name, value) in amazon_headers(parts) {
            text += &format!("{name}:{value}\n");
        }
        text + path + &signed_query(parts)
    }
}

/// Those of the request and those that the URL stands for.
fn amazon_headers(parts: &Parts) -> BTreeMap<String, String> {
    let query = parameters(parts.uri.query().unwrap_or_default())
        .map(|(name, value)| (name.to_ascii_lowercase(), decode(value)));
    let headers = parts.headers.iter().map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
    });
    query.chain(headers).filter(|(name, _)| name.starts_with("x-amz-")).collect()
}

fn signed_query(parts: &Parts) -> String {
    let mut signed: Vec<String> = parameters(parts.uri.query().unwrap_or_default())
        .filter(|(name, _)| SIGNED_PARAMETERS.contains(name))
        .map(|(name, value)| match value {
            "" => name.to_owned(),
            value => format!("{name}={}", decode(value)),
        })
        .collect();
    signed.sort();
    if signed.is_empty() { String::new() } else { format!("?{}", signed.join("&")) }
}

fn parameter(parts: &Parts, name: &str) -> Option<String> {
    let (_, value) = parameters(parts.uri.query()?).find(|(found, _)| *found == name)?;
    Some(decode(value))
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "Query string request authentication alternative" of the guide.
    #[test]
    fn the_signature_is_that_of_awss_example() {
        let uri = "/photos/puppy.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620";
        let request = http::Request::get(uri).header("host", "johnsmith.s3.amazonaws.com").body(()).unwrap();
        let parts = request.into_parts().0;
        let presigned = Presigned::of(&parts).unwrap();
        let text = presigned.string_to_sign(&parts, "/johnsmith/photos/puppy.jpg");
        assert_eq!(text, "GET\n\n\n1175139620\n/johnsmith/photos/puppy.jpg");
        let secret =
            hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        assert_eq!(BASE64.encode(hmac::sign(&secret, text.as_bytes()).as_ref()), presigned.signature);
        assert!(presigned.check_expiry(Timestamp::from_millis(1_175_139_620_000)).is_ok());
        let error = presigned.check_expiry(Timestamp::from_millis(1_175_139_620_001)).unwrap_err();
        assert_eq!((error.code, error.message.as_deref()), ("AccessDenied", Some("Request has expired")));
    }
}
