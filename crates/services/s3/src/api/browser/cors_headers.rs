use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::configuration::{CorsRequest, CorsRule};

/// What lets the page of a request read its answer, or send what it asks for.
pub(super) fn of(rule: &CorsRule, request: &CorsRequest<'_>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut set = |name: HeaderName, value: String| {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    };
    if rule.allows_all_origins() {
        set(ACCESS_CONTROL_ALLOW_ORIGIN, "*".to_owned());
    } else {
        set(ACCESS_CONTROL_ALLOW_ORIGIN, request.origin.to_owned());
        set(ACCESS_CONTROL_ALLOW_CREDENTIALS, "true".to_owned());
    }
    set(ACCESS_CONTROL_ALLOW_METHODS, rule.allowed_methods.join(", "));
    if !request.headers.is_empty() {
        set(ACCESS_CONTROL_ALLOW_HEADERS, request.headers.join(", ").to_ascii_lowercase());
    }
    if !rule.expose_headers.is_empty() {
        set(ACCESS_CONTROL_EXPOSE_HEADERS, rule.expose_headers.join(", "));
    }
    if let Some(seconds) = rule.max_age {
        set(ACCESS_CONTROL_MAX_AGE, seconds.to_string());
    }
    let vary = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";
    headers.insert(VARY, HeaderValue::from_static(vary));
    headers
}
