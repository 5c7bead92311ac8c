//! From method and path to what is asked.

use bytes::Bytes;

/// A request that the Runtime API knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    Ping,
    Next,
    /// The invocation's request id, as sent.
    Response(Bytes),
    Error(Bytes),
    InitError,
    RestoreNext,
    RestoreError,
    /// The path exists, with another method.
    WrongMethod,
    Unknown,
}

/// Extensions, logs, telemetry and metadata are unknown, as they are on AWS to a function that has not been given them.
pub(super) fn route(method: &[u8], target: &Bytes) -> Route {
    let path = target.split(|&b| b == b'?').next().unwrap_or_default();
    let Some(path) = path.strip_prefix(b"/2018-06-01/") else { return Route::Unknown };
    let (found, expected): (Route, &[u8]) = match path {
        b"ping" => (Route::Ping, b"GET"),
        b"runtime/invocation/next" => (Route::Next, b"GET"),
        b"runtime/init/error" => (Route::InitError, b"POST"),
        b"runtime/restore/next" => (Route::RestoreNext, b"GET"),
        b"runtime/restore/error" => (Route::RestoreError, b"POST"),
        _ => match path.strip_prefix(b"runtime/invocation/").and_then(post) {
            Some((id, true)) => (Route::Response(target.slice_ref(id)), b"POST"),
            Some((id, false)) => (Route::Error(target.slice_ref(id)), b"POST"),
            None => return Route::Unknown,
        },
    };
    if method == expected { found } else { Route::WrongMethod }
}

/// `{id}/response` (true) or `{id}/error` (false).
fn post(rest: &[u8]) -> Option<(&[u8], bool)> {
    let (id, is_response) = match rest.strip_suffix(b"/response") {
        Some(id) => (id, true),
        None => (rest.strip_suffix(b"/error")?, false),
    };
    (!id.is_empty() && !id.contains(&b'/')).then_some((id, is_response))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: &str, target: &'static str, expected: Route) {
        assert_eq!(route(method.as_bytes(), &Bytes::from_static(target.as_bytes())), expected, "{target}");
    }

    #[test]
    fn every_path_of_the_runtime_api_is_known() {
        let id = || Bytes::from_static(b"8476a536");
        check("GET", "/2018-06-01/runtime/invocation/next", Route::Next);
        check("GET", "/2018-06-01/runtime/invocation/next?x=y", Route::Next);
        check("POST", "/2018-06-01/runtime/invocation/8476a536/response", Route::Response(id()));
        check("POST", "/2018-06-01/runtime/invocation/8476a536/error", Route::Error(id()));
        check("POST", "/2018-06-01/runtime/init/error", Route::InitError);
        check("GET", "/2018-06-01/runtime/restore/next", Route::RestoreNext);
        check("POST", "/2018-06-01/runtime/restore/error", Route::RestoreError);
        check("GET", "/2018-06-01/ping", Route::Ping);
    }

    #[test]
    fn other_paths_and_methods_are_not() {
        check("POST", "/2018-06-01/runtime/invocation/next", Route::WrongMethod);
        check("GET", "/2018-06-01/runtime/init/error", Route::WrongMethod);
        check("GET", "/2018-06-01/runtime/restore/error", Route::WrongMethod);
        check("POST", "/2018-06-01/runtime/invocation//response", Route::Unknown);
        check("POST", "/2018-06-01/runtime/invocation/a/b/response", Route::Unknown);
        check("POST", "/2020-01-01/extension/register", Route::Unknown);
        check("GET", "/", Route::Unknown);
    }
}
