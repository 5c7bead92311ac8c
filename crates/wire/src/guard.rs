//! Keeps web pages out: a server without access control must not be open to every page that a browser on the
//! same machine shows.
//!
//! A foreign page can send requests here (its `Origin` and `Sec-Fetch-Site` tell), and by DNS rebinding it
//! can make its own name mean this server (the `Host` tells).

use std::net::IpAddr;

use http::header::{HOST, ORIGIN};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderValue, Uri};

use crate::routing::is_below;

/// What is allowed besides the server's own names.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    /// Host names without a port, such as `hob.internal`; `*` allows every name. A bucket's name may stand before one:
    /// `photos.hob.internal`.
    pub hosts: Vec<String>,
    /// Origins such as `https://console.example.com`; `*` allows every origin.
    pub origins: Vec<String>,
}

/// Why a request is not served; the text is for the caller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Forbidden {
    #[error(
        "requests for the host {0:?} are not served; allow it by `allowed_hosts` in hob.toml if it is meant"
    )]
    Host(String),
    #[error(
        "requests from the web page {0:?} are not served; allow it by `allowed_origins` in hob.toml if it is meant"
    )]
    Origin(String),
}

impl Guard {
    /// The foreign page that sent the request, if one did and it is allowed to.
    pub(crate) fn check<'a>(&self, parts: &'a Parts) -> Result<Option<&'a HeaderValue>, Forbidden> {
        if let Some(ambiguous) = ambiguous_host(parts) {
            return Err(Forbidden::Host(ambiguous));
        }
        let host = host(parts);
        if let Some(host) = &host
            && !self.allows_host(host.host())
        {
            return Err(Forbidden::Host(host.host().to_owned()));
        }
        let Some(origin) = parts.headers.get(ORIGIN) else {
            return match parts.headers.get("sec-fetch-site").map(HeaderValue::as_bytes) {
                Some(b"cross-site" | b"same-site") => Err(Forbidden::Origin("of another site".to_owned())),
                _ => Ok(None),
            };
        };
        match origin.to_str().unwrap_or("?") {
            text if is_own(text, host.as_ref()) => Ok(None),
            text if self.allows_origin(text) => Ok(Some(origin)),
            text => Err(Forbidden::Origin(text.to_owned())),
        }
    }

    /// An address needs no name service, so no page can make it mean something else.
    fn allows_host(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let is_address = host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
        let below = |domain: &str| host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
        is_address
            || host == "localhost"
            || ["localhost", "amazonaws.com", "amazonaws.com.cn", "api.aws", "on.aws"].into_iter().any(below)
            || self.hosts.iter().any(|allowed| {
                allowed == "*" || allowed.eq_ignore_ascii_case(&host) || is_below(&host, allowed)
            })
    }

    fn allows_origin(&self, origin: &str) -> bool {
        self.origins.iter().any(|allowed| allowed == "*" || allowed.eq_ignore_ascii_case(origin))
    }
}

/// A page that this server itself sent.
fn is_own(origin: &str, host: Option<&Authority>) -> bool {
    let origin: Option<Uri> = origin.parse().ok();
    let origin = origin.as_ref().and_then(Uri::authority);
    origin.is_some() && origin == host
}

/// All `Host` headers, if they do not say one thing that can be judged. Without any it was no browser that sent the
/// request.
fn ambiguous_host(parts: &Parts) -> Option<String> {
    let hosts: Vec<_> = parts.headers.get_all(HOST).iter().map(HeaderValue::as_bytes).collect();
    let is_plain = |host: &&[u8]| Authority::try_from(*host).is_ok() && !host.contains(&b'@');
    (hosts.len() > 1 || !hosts.iter().all(is_plain))
        .then(|| String::from_utf8_lossy(&hosts.join(&b", "[..])).into_owned())
}

/// `host:port` as the client named this server.
pub(crate) fn host(parts: &Parts) -> Option<Authority> {
    match parts.uri.authority() {
        Some(authority) => Some(authority.clone()),
        None => Authority::try_from(parts.headers.get(HOST)?.as_bytes()).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &[(&str, &str)]) -> Result<(), String> {
        let mut request = http::Request::builder().uri("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let parts = request.body(()).unwrap().into_parts().0;
        let guard =
            Guard { hosts: vec!["hob.internal".into()], origins: vec!["https://friend.example".into()] };
        guard.check(&parts).map(|_| ()).map_err(|forbidden| forbidden.to_string())
    }

    #[test]
    fn the_servers_own_names_are_served() {
        for host in [
            "127.0.0.1:4566",
            "[::1]:4566",
            "localhost",
            "lambda.us-east-1.localhost:4566",
            "lambda.us-east-1.amazonaws.com",
            "192.168.1.7:4566",
            "HOB.internal:4566",
            "photos.hob.internal:4566",
            "my.photos.s3.eu-west-1.hob.internal",
        ] {
            assert_eq!(check(&[("host", host)]), Ok(()), "{host}");
        }
    }

    #[test]
    fn a_name_that_someone_else_may_own_is_refused() {
        for host in [
            "evil.example",
            "evil-localhost",
            "amazonaws.com.evil.example",
            "notamazonaws.com",
            "evilhob.internal",
            "hob.internal.evil.example",
            "UP_.hob.internal",
            ".hob.internal",
        ] {
            assert!(check(&[("host", host)]).is_err(), "{host}");
        }
    }

    #[test]
    fn a_host_that_can_be_read_in_two_ways_is_refused() {
        assert!(check(&[("host", "localhost"), ("host", "evil.example")]).is_err());
        assert!(check(&[("host", "evil.example@localhost")]).is_err());
        assert!(check(&[("host", "evil example")]).is_err());
        assert_eq!(check(&[]), Ok(()), "what is older than HTTP/1.1 sends none");
    }

    #[test]
    fn a_foreign_page_is_refused_and_an_allowed_one_served() {
        let host = ("host", "localhost:4566");
        assert!(check(&[host, ("origin", "https://evil.example")]).is_err());
        assert!(check(&[host, ("origin", "null")]).is_err());
        assert!(check(&[host, ("origin", "http://localhost:8080")]).is_err());
        assert!(check(&[host, ("sec-fetch-site", "cross-site")]).is_err());
        assert_eq!(check(&[host, ("origin", "http://localhost:4566")]), Ok(()));
        assert_eq!(check(&[host, ("origin", "https://friend.example")]), Ok(()));
        assert_eq!(check(&[host, ("sec-fetch-site", "none")]), Ok(()));
    }
}
