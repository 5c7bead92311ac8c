//! What a form's sender gets for it.

use bytes::Bytes;
use hob_wire::Body;
use http::header::{CONTENT_TYPE, ETAG, LOCATION};
use http::{HeaderName, HeaderValue, Response, StatusCode, Uri};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::form::Fields;

/// The object that a form has put.
#[derive(Clone, Debug)]
pub(super) struct Posted {
    /// Where it can be had.
    pub(super) location: String,
    pub(super) bucket: String,
    pub(super) key: String,
    /// With its quotes.
    pub(super) etag: String,
    pub(super) version_id: Option<String>,
}

/// As the form wants it: a redirection, 200, 201 with a document, or 204.
pub(super) fn answer(fields: &Fields, posted: &Posted) -> Response<Body> {
    let redirect = fields.get("success_action_redirect").or_else(|| fields.get("redirect"));
    let mut response =
        match (redirect.and_then(|url| redirection(url, posted)), fields.get("success_action_status")) {
            (Some(url), _) => {
                let mut response = with_status(StatusCode::SEE_OTHER);
                set(&mut response, LOCATION, &url);
                response
            }
            (None, Some("200")) => with_status(StatusCode::OK),
            (None, Some("201")) => document(posted),
            (None, _) => with_status(StatusCode::NO_CONTENT),
        };
    if !response.headers().contains_key(LOCATION) {
        set(&mut response, LOCATION, &posted.location);
    }
    set(&mut response, ETAG, &posted.etag);
    if let Some(version_id) = &posted.version_id {
        set(&mut response, HeaderName::from_static("x-amz-version-id"), version_id);
    }
    response
}

/// `None`: it is no URL, which then does not count.
fn redirection(url: &str, posted: &Posted) -> Option<String> {
    let uri: Uri = url.parse().ok()?;
    uri.scheme()?;
    let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
    let separator = if uri.query().is_some() { '&' } else { '?' };
    let (bucket, key, etag) = (encoded(&posted.bucket), encoded(&posted.key), encoded(&posted.etag));
    Some(format!("{url}{separator}bucket={bucket}&key={key}&etag={etag}"))
}

fn document(posted: &Posted) -> Response<Body> {
    let Posted { location, bucket, key, etag, .. } = posted;
    let [location, bucket, key, etag] = [location, bucket, key, etag].map(|text| escaped(text));
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PostResponse><Location>{location}</Location>\
         <Bucket>{bucket}</Bucket><Key>{key}</Key><ETag>{etag}</ETag></PostResponse>"
    );
    let mut response = Response::new(Body::new(Bytes::from(xml)));
    *response.status_mut() = StatusCode::CREATED;
    set(&mut response, CONTENT_TYPE, "application/xml");
    response
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn with_status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::default());
    *response.status_mut() = status;
    response
}

fn set(response: &mut Response<Body>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::try_from(value) {
        response.headers_mut().insert(name, value);
    }
}
