//! Verification by the headers alone, with the words of S3: the body is read only by whom it is believed, and its hash
//! is verified as it comes.

use std::borrow::Cow;
use std::time::Duration;

use hob_types::Timestamp;
use http::header::AUTHORIZATION;
use http::request::Parts;

use super::authorization::{header, query_parameter};
use super::canonical::{self, Scope};
use super::chunk::{ChunkSigner, same};
use super::verify::{Refusal, Signed, header_text, parse_moment};
use super::{ALGORITHM, UNSIGNED_PAYLOAD};
use crate::error::AwsError;
use crate::keys::{Key, Keys};

/// How far a client's clock may be off.
const SKEW: Duration = Duration::from_secs(15 * 60);
/// How long a presigned URL can be valid, in seconds: a week.
const EXPIRES_MAX: u64 = 604_800;

/// Who signed, and what the chunks of the body are signed with.
///
/// # Errors
/// As S3 answers.
pub(crate) fn verified<'a>(
    parts: &'a Parts,
    service: &str,
    keys: &dyn Keys,
    now: Timestamp,
) -> Result<(Signed<'a>, Key, ChunkSigner), AwsError> {
    let signed = Signed::parse(parts).map_err(|refusal| unreadable(parts, &refusal))?;
    let key = key_of(&signed, keys)?;
    if signed.credential.service != service {
        let wrong = &signed.credential.service;
        return Err(malformed(
            parts,
            format!("incorrect service \"{wrong}\". This endpoint belongs to \"{service}\"."),
        ));
    }
    check_moment(parts, &signed, now)?;
    check_headers(parts, &signed)?;
    let signer = check_signature(parts, &signed, &key.secret)?;
    Ok((signed, key, signer))
}

fn key_of(signed: &Signed<'_>, keys: &dyn Keys) -> Result<Key, AwsError> {
    let id = signed.credential.access_key_id.as_ref();
    let key = keys.secret(id).ok_or_else(|| unknown_key(id))?;
    match &key.session_token {
        token if token.as_deref() == signed.session_token.as_deref() => Ok(key),
        Some(_) if signed.session_token.is_none() => Err(unknown_key(id)),
        _ => Err(AwsError::new("InvalidToken", "The provided token is malformed or otherwise invalid.")),
    }
}

pub(crate) fn unknown_key(id: &str) -> AwsError {
    AwsError::new("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
        .with_status(403)
        .with_member("AWSAccessKeyId", id)
}

pub(crate) fn access_denied(text: &'static str) -> AwsError {
    AwsError::new("AccessDenied", text).with_status(403)
}

fn unreadable(parts: &Parts, refusal: &Refusal) -> AwsError {
    match refusal {
        Refusal::Unsigned if parts.headers.contains_key(AUTHORIZATION) => AwsError::new(
            "InvalidRequest",
            "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
        ),
        Refusal::Unsigned => access_denied("Access Denied"),
        refusal => malformed(parts, refusal.to_string()),
    }
}

fn malformed(parts: &Parts, reason: String) -> AwsError {
    match header(parts) {
        Some(_) => {
            let text = format!("The authorization header is malformed; {reason}");
            AwsError::new("AuthorizationHeaderMalformed", text)
        }
        None => query_error(reason),
    }
}

fn query_error(text: impl Into<Cow<'static, str>>) -> AwsError {
    AwsError::new("AuthorizationQueryParametersError", text)
}

/// Refuses presigned URLs whose time is over; whether they are signed is another question. Others pass.
pub(crate) fn check_expiry(parts: &Parts, now: Timestamp) -> Result<(), AwsError> {
    if header(parts).is_some() || query_parameter(parts, "X-Amz-Algorithm").as_deref() != Some(ALGORITHM) {
        return Ok(());
    }
    let expires = query_parameter(parts, "X-Amz-Expires").ok_or_else(|| {
        query_error(
            "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, \
             X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
        )
    })?;
    let seconds: i64 = expires.parse().map_err(|_| query_error("X-Amz-Expires should be a number"))?;
    let seconds = u64::try_from(seconds).map_err(|_| query_error("X-Amz-Expires must be non-negative"))?;
    if seconds > EXPIRES_MAX {
        return Err(query_error(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be \
             less than 604800 seconds",
        ));
    }
    let signed = query_parameter(parts, "X-Amz-Date").and_then(|moment| parse_moment(&moment));
    let signed = signed.ok_or_else(|| {
        query_error("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
    })?;
    if signed > now + SKEW {
        return Err(access_denied("Request is not valid yet"));
    }
    let end = signed + Duration::from_secs(seconds);
    if end < now { Err(expired(Some(&expires), end, now)) } else { Ok(()) }
}

pub(crate) fn expired(seconds: Option<&str>, end: Timestamp, now: Timestamp) -> AwsError {
    let second = |moment: Timestamp| moment.to_rfc3339().get(..19).unwrap_or_default().to_owned() + "Z";
    let mut error = access_denied("Request has expired");
    if let Some(seconds) = seconds {
        error = error.with_member("X-Amz-Expires", seconds);
    }
    error.with_member("Expires", second(end)).with_member("ServerTime", second(now))
}

/// Of a signature in the header; [`check_expiry`] judges those in a URL.
fn check_moment(parts: &Parts, signed: &Signed<'_>, now: Timestamp) -> Result<(), AwsError> {
    let moment = parse_moment(&signed.moment)
        .ok_or_else(|| access_denied("AWS authentication requires a valid Date or x-amz-date header"))?;
    if signed.moment.get(..8) != Some(&signed.credential.date) {
        let date = &signed.credential.date;
        return Err(malformed(
            parts,
            format!(
                "Invalid credential date \"{date}\". This date is not the same as X-Amz-Date: \"{}\".",
                signed.moment.get(..8).unwrap_or_default()
            ),
        ));
    }
    let skewed = moment > now + SKEW || moment + SKEW < now;
    if signed.expires.is_none() && skewed {
        let text = "The difference between the request time and the current time is too large.";
        return Err(AwsError::new("RequestTimeTooSkewed", text)
            .with_status(403)
            .with_member("RequestTime", signed.moment.as_ref())
            .with_member("ServerTime", now.to_rfc3339())
            .with_member("MaxAllowedSkewMilliseconds", SKEW.as_millis().to_string()));
    }
    Ok(())
}

/// What is not signed, somebody else may have added.
fn check_headers(parts: &Parts, signed: &Signed<'_>) -> Result<(), AwsError> {
    let is_signed = |name: &str| signed.signed_headers.split(';').any(|signed| signed == name);
    let amazon = parts.headers.keys().map(http::HeaderName::as_str).filter(|name| name.starts_with("x-amz-"));
    let missing: Vec<&str> = std::iter::once("host").chain(amazon).filter(|name| !is_signed(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(access_denied("There were headers present in the request which were not signed")
        .with_member("HeadersNotSigned", missing.join(", ")))
}

fn check_signature(parts: &Parts, signed: &Signed<'_>, secret: &str) -> Result<ChunkSigner, AwsError> {
    let declared = header_text(parts, "x-amz-content-sha256");
    let hash = match (declared, signed.expires) {
        (Some(declared), _) => declared,
        (None, Some(_)) => UNSIGNED_PAYLOAD,
        (None, None) => {
            let text = "Missing required header for this request: x-amz-content-sha256";
            return Err(AwsError::new("InvalidRequest", text));
        }
    };
    let credential = &signed.credential;
    let scope = Scope { date: &credential.date, region: &credential.region, service: &credential.service };
    let request = canonical::canonical_request(parts, scope.service, &signed.signed_headers, hash);
    let expected = canonical::signature(secret, scope, &signed.moment, &request);
    if same(&expected, &signed.signature) {
        return Ok(ChunkSigner::new(secret, scope, &signed.moment, &signed.signature));
    }
    let text = canonical::string_to_sign(scope, &signed.moment, &request);
    Err(wrong_signature(&credential.access_key_id, &signed.signature, &text)
        .with_member("CanonicalRequest", request.clone())
        .with_member("CanonicalRequestBytes", spelled(&request)))
}

pub(crate) fn wrong_signature(access_key_id: &str, provided: &str, signed_text: &str) -> AwsError {
    let text = "The request signature we calculated does not match the signature you provided. Check your key \
                and signing method.";
    AwsError::new("SignatureDoesNotMatch", text)
        .with_status(403)
        .with_member("AWSAccessKeyId", access_key_id)
        .with_member("StringToSign", signed_text)
        .with_member("SignatureProvided", provided)
        .with_member("StringToSignBytes", spelled(signed_text))
}

/// Each byte in hexadecimal, so that what cannot be seen can be compared.
fn spelled(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}
