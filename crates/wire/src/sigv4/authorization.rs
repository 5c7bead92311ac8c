//! The parts of a signature, from the `Authorization` header or the query of a presigned URL.

use std::borrow::Cow;

use http::header::AUTHORIZATION;
use http::request::Parts;
use percent_encoding::percent_decode_str;

use super::{ALGORITHM, TERMINATOR};

/// `AKID/20260102/us-east-1/lambda/aws4_request`: who signs, and for which service of which region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Credential<'a> {
    pub access_key_id: Cow<'a, str>,
    /// As in `20260102`.
    pub date: Cow<'a, str>,
    pub region: Cow<'a, str>,
    pub service: Cow<'a, str>,
}

impl<'a> Credential<'a> {
    pub(crate) fn parse(text: &Cow<'a, str>) -> Option<Self> {
        match text {
            Cow::Borrowed(text) => Self::split(text, Cow::Borrowed),
            Cow::Owned(text) => Self::split(text, |part| Cow::Owned(part.to_owned())),
        }
    }

    fn split<'t>(text: &'t str, keep: impl Fn(&'t str) -> Cow<'a, str>) -> Option<Self> {
        // From the right: an access key id may itself contain a slash.
        let mut parts = text.rsplitn(5, '/');
        let (terminator, service, region) = (parts.next()?, parts.next()?, parts.next()?);
        let (date, access_key_id) = (parts.next()?, parts.next()?);
        (terminator == TERMINATOR).then(|| Self {
            access_key_id: keep(access_key_id),
            date: keep(date),
            region: keep(region),
            service: keep(service),
        })
    }

    /// The credential of a request, signed in whichever way and however well.
    pub(crate) fn of(parts: &'a Parts) -> Option<Self> {
        let text = match header(parts) {
            Some(header) => Cow::Borrowed(Fields::parse(header).credential?),
            None => query_parameter(parts, "X-Amz-Credential")?,
        };
        Self::parse(&text)
    }
}

/// The `Authorization` header, if it is of this kind.
pub(super) fn header(parts: &Parts) -> Option<&str> {
    parts.headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix(ALGORITHM).map(str::trim_start)
}

/// `Credential=…, SignedHeaders=…, Signature=…`, whichever of them are there.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Fields<'a> {
    pub credential: Option<&'a str>,
    pub signed_headers: Option<&'a str>,
    pub signature: Option<&'a str>,
}

impl<'a> Fields<'a> {
    pub(super) fn parse(header: &'a str) -> Self {
        let mut fields = Self::default();
        for field in header.split(',') {
            match field.trim().split_once('=') {
                Some(("Credential", value)) => fields.credential = Some(value),
                Some(("SignedHeaders", value)) => fields.signed_headers = Some(value),
                Some(("Signature", value)) => fields.signature = Some(value),
                _ => {}
            }
        }
        fields
    }
}

pub(super) fn query_parameter<'a>(parts: &'a Parts, name: &str) -> Option<Cow<'a, str>> {
    let query = parts.uri.query()?;
    let (_, value) =
        query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name)?;
    percent_decode_str(value).decode_utf8().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_header_is_read_whatever_its_spaces() {
        let fields = Fields::parse("Credential=a/b,SignedHeaders=host;x-amz-date,   Signature=00ff");
        assert_eq!(fields.credential, Some("a/b"));
        assert_eq!(fields.signed_headers, Some("host;x-amz-date"));
        assert_eq!(fields.signature, Some("00ff"));
    }

    #[test]
    fn a_credential_has_five_parts() {
        let parse = |text: &'static str| Credential::parse(&Cow::Borrowed(text));
        let credential = parse("AKID/20260102/eu-west-1/lambda/aws4_request").unwrap();
        assert_eq!(credential.access_key_id, "AKID");
        assert_eq!(credential.region, "eu-west-1");
        assert_eq!(credential.service, "lambda");
        assert_eq!(parse("AKID/20260102/lambda/aws4_request"), None);
        assert_eq!(parse("AKID/20260102/eu-west-1/lambda/aws3_request"), None);
    }

    proptest! {
        #[test]
        fn any_header_is_read_without_a_panic(header in ".{0,200}") {
            if let Some(credential) = Fields::parse(&header).credential {
                let _ = Credential::parse(&Cow::Borrowed(credential));
            }
        }
    }
}
