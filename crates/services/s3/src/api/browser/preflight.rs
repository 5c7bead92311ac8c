//! OPTIONS: a browser asks for a page before it sends.

use hob_wire::{AwsError, Body, RawRequest, extended_request_id};
use http::header::{ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};
use http::{HeaderName, HeaderValue, Response};

use super::{cors_headers, named};
use crate::S3;
use crate::api::error;
use crate::configuration::CorsRequest;

pub(super) async fn answer(s3: &S3, request: &RawRequest<'_>) -> Result<Response<Body>, AwsError> {
    let header = |name: HeaderName| request.parts.headers.get(name).and_then(|value| value.to_str().ok());
    let origin = header(ORIGIN).ok_or_else(error::no_origin)?;
    let method = header(ACCESS_CONTROL_REQUEST_METHOD).ok_or_else(error::no_request_method)?;
    let headers = header(ACCESS_CONTROL_REQUEST_HEADERS).unwrap_or_default().split(',').map(str::trim);
    let asked = CorsRequest { origin, method, headers: headers.filter(|name| !name.is_empty()).collect() };
    let (bucket, key) = named(request.path);
    let resource = if key.is_empty() { "BUCKET" } else { "OBJECT" };
    let cors = s3.cors(&bucket).await?.ok_or_else(|| error::cors_not_enabled(method, resource))?;
    let rule = cors.allowing(&asked).ok_or_else(|| error::cors_not_allowed(method, resource))?;
    let mut response = Response::new(Body::default());
    *response.headers_mut() = cors_headers::of(rule, &asked);
    set_ids(&mut response, request);
    Ok(response)
}

/// As every answer of S3's has them.
pub(super) fn set_ids(response: &mut Response<Body>, request: &RawRequest<'_>) {
    let id = &request.context.request_id;
    let ids = [("x-amz-request-id", id.to_string()), ("x-amz-id-2", extended_request_id(id))];
    for (name, value) in ids {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
}
