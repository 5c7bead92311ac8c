//! Whether a request was signed by the one who is said to have signed it.

use std::borrow::Cow;
use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use hob_types::Timestamp;
use http::header::DATE;
use http::request::Parts;
use jiff::fmt::rfc2822;

use super::authorization::{Credential, Fields, header, query_parameter};
use super::canonical::{self, Scope};
use super::{ALGORITHM, UNSIGNED_PAYLOAD};

/// How far a client's clock may be off. Source: 5 minutes for most services.
const SKEW: Duration = Duration::from_secs(5 * 60);

/// Why a request is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("Missing Authentication Token")]
    Unsigned,
    #[error("{0}")]
    Incomplete(String),
    #[error("The security token included in the request is invalid.")]
    UnknownKey,
    /// Signed by the right one, at the wrong time or for something else.
    #[error("{0}")]
    NotValid(String),
    #[error(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
         Access Key and signing method. Consult the service documentation for details."
    )]
    WrongSignature,
}

/// A request's signature with all its parts.
#[derive(Debug)]
pub(crate) struct Signed<'a> {
    pub credential: Credential<'a>,
    /// `X-Amz-Security-Token`.
    pub session_token: Option<Cow<'a, str>>,
    pub(super) signed_headers: Cow<'a, str>,
    pub(super) signature: Cow<'a, str>,
    /// As in `20260102T030405Z`.
    pub(super) moment: Cow<'a, str>,
    /// How long a presigned URL is valid; `None` for a signature in the header.
    pub(super) expires: Option<Duration>,
}

impl<'a> Signed<'a> {
    pub(crate) fn parse(parts: &'a Parts) -> Result<Self, Refusal> {
        if let Some(header) = header(parts) {
            Self::from_header(parts, header)
        } else if query_parameter(parts, "X-Amz-Algorithm").as_deref() == Some(ALGORITHM) {
            Self::from_query(parts)
        } else {
            Err(Refusal::Unsigned)
        }
    }

    fn from_header(parts: &'a Parts, header: &'a str) -> Result<Self, Refusal> {
        let fields = Fields::parse(header);
        let moment = moment(parts);
        let mut missing = String::new();
        for (name, value) in [
            ("Credential", fields.credential),
            ("Signature", fields.signature),
            ("SignedHeaders", fields.signed_headers),
        ] {
            if value.is_none() {
                missing += &format!("Authorization header requires '{name}' parameter. ");
            }
        }
        if moment.is_none() {
            missing +=
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
        }
        let (Some(credential), Some(signature), Some(signed_headers), Some(moment)) =
            (fields.credential, fields.signature, fields.signed_headers, moment)
        else {
            return Err(Refusal::Incomplete(format!("{missing}Authorization={ALGORITHM}")));
        };
        Ok(Self {
            credential: parse_credential(&Cow::Borrowed(credential))?,
            session_token: header_text(parts, "x-amz-security-token").map(Cow::Borrowed),
            signed_headers: Cow::Borrowed(signed_headers),
            signature: Cow::Borrowed(signature),
            moment,
            expires: None,
        })
    }

    fn from_query(parts: &'a Parts) -> Result<Self, Refusal> {
        let get = |name: &str| {
            query_parameter(parts, name).ok_or_else(|| {
                Refusal::Incomplete(format!(
                    "AWS query-string parameters must include '{name}'. Re-examine the query-string parameters."
                ))
            })
        };
        // Only S3 demands it; what botocore presigns for others without it is valid for the skew.
        let expires = query_parameter(parts, "X-Amz-Expires").map(|seconds| seconds.parse());
        let expires = expires.transpose().ok().flatten().filter(|seconds| (1..=604_800).contains(seconds));
        Ok(Self {
            credential: parse_credential(&get("X-Amz-Credential")?)?,
            signature: get("X-Amz-Signature")?,
            signed_headers: get("X-Amz-SignedHeaders")?,
            moment: get("X-Amz-Date")?,
            session_token: query_parameter(parts, "X-Amz-Security-Token"),
            expires: Some(expires.map_or(SKEW, Duration::from_secs)),
        })
    }

    pub(crate) fn verify(
        &self,
        parts: &Parts,
        body: &[u8],
        secret: &str,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.check_moment(now)?;
        if !self.signed_headers.split(';').any(|name| name == "host") {
            let text = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";
            return Err(Refusal::NotValid(text.to_owned()));
        }
        let Credential { date, region, service, .. } = &self.credential;
        let hash = payload_hash(parts, body)?;
        let request = canonical::canonical_request(parts, service, &self.signed_headers, &hash);
        let scope = Scope { date, region, service };
        let expected = canonical::signature(secret, scope, &self.moment, &request);
        verify_slices_are_equal(expected.as_bytes(), self.signature.as_bytes())
            .map_err(|_| Refusal::WrongSignature)
    }

    fn check_moment(&self, now: Timestamp) -> Result<(), Refusal> {
        let signed = parse_moment(&self.moment).ok_or_else(|| {
            let text = "Date must be in ISO-8601 'basic format'. Got";
            Refusal::Incomplete(format!("{text} '{}'.", self.moment))
        })?;
        let date = self.moment.get(..8).unwrap_or_default();
        if date != self.credential.date {
            return Err(Refusal::NotValid(format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
                 '{}' != '{date}', from '{}'.",
                self.credential.date, self.moment
            )));
        }
        let moment = &self.moment;
        let now_text = now.to_sigv4_string();
        let earliest = before(now, self.expires.unwrap_or(SKEW));
        if signed < earliest {
            let earliest = earliest.to_sigv4_string();
            let minutes = self.expires.unwrap_or(SKEW).as_secs() / 60;
            return Err(Refusal::NotValid(format!(
                "Signature expired: {moment} is now earlier than {earliest} ({now_text} - {minutes} min.)"
            )));
        }
        if signed > now + SKEW {
            let latest = (now + SKEW).to_sigv4_string();
            return Err(Refusal::NotValid(format!(
                "Signature not yet current: {moment} is still later than {latest} ({now_text} + 5 min.)"
            )));
        }
        Ok(())
    }
}

fn before(moment: Timestamp, by: Duration) -> Timestamp {
    Timestamp::from_millis(moment.as_millis() - i64::try_from(by.as_millis()).unwrap_or(i64::MAX))
}

fn parse_credential<'a>(text: &Cow<'a, str>) -> Result<Credential<'a>, Refusal> {
    Credential::parse(text).ok_or_else(|| {
        Refusal::Incomplete(format!(
            "Credential must have exactly 5 slash-delimited elements, e.g. \
             keyid/date/region/service/aws4_request, got '{text}'"
        ))
    })
}

pub(super) fn header_text<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    parts.headers.get(name)?.to_str().ok()
}

/// The `X-Amz-Date` header, or `Date` in its form.
fn moment(parts: &Parts) -> Option<Cow<'_, str>> {
    if let Some(moment) = header_text(parts, "x-amz-date") {
        return Some(Cow::Borrowed(moment));
    }
    let date = header_text(parts, DATE.as_str())?;
    let date = rfc2822::DateTimeParser::new().parse_timestamp(date).ok()?;
    Some(Cow::Owned(Timestamp::from_millis(date.as_millisecond()).to_sigv4_string()))
}

pub(super) fn parse_moment(text: &str) -> Option<Timestamp> {
    let moment = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
    let moment = moment.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(Timestamp::from_millis(moment.timestamp().as_millisecond()))
}

/// As the client declared it, if that is true of the body.
fn payload_hash<'a>(parts: &'a Parts, body: &[u8]) -> Result<Cow<'a, str>, Refusal> {
    let declared = header_text(parts, "x-amz-content-sha256");
    if declared == Some(UNSIGNED_PAYLOAD) {
        return Ok(Cow::Borrowed(UNSIGNED_PAYLOAD));
    }
    let actual = canonical::payload_hash(body);
    match declared {
        Some(declared) if declared != actual => Err(Refusal::WrongSignature),
        _ => Ok(Cow::Owned(actual)),
    }
}
