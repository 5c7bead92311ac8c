use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use crate::failure::Failure;

/// Where a server listens: `http://HOST:PORT`, perhaps with a path before AWS's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Endpoint {
    /// Without the brackets of an IPv6 address.
    pub(super) host: String,
    pub(super) port: u16,
    /// Without a slash at its end; usually empty.
    pub(super) prefix: String,
}

impl Endpoint {
    /// The value of the Host header.
    pub(super) fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

impl FromStr for Endpoint {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        let wrong = |reason: &str| {
            Failure::new(format!("{text:?} is no endpoint"))
                .because(reason)
                .advise("an address such as http://127.0.0.1:4566, by `--endpoint` or AWS_ENDPOINT_URL")
        };
        if text.starts_with("https://") {
            return Err(wrong("this command line speaks plain HTTP only"));
        }
        let uri: http::Uri = text.parse().map_err(|_| wrong("it is no URL"))?;
        if uri.scheme_str() != Some("http") {
            return Err(wrong("it does not begin with http://"));
        }
        let host = uri.host().ok_or_else(|| wrong("it names no host"))?;
        Ok(Self {
            host: host.trim_matches(['[', ']']).to_owned(),
            port: uri.port_u16().unwrap_or(80),
            prefix: uri.path().trim_end_matches('/').to_owned(),
        })
    }
}

/// An unspecified address is one to listen on; who connects to it means this machine.
impl From<SocketAddr> for Endpoint {
    fn from(address: SocketAddr) -> Self {
        let host = match address.ip() {
            ip if !ip.is_unspecified() => ip,
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        };
        Self { host: host.to_string(), port: address.port(), prefix: String::new() }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}{}", self.authority(), self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_printed_as_it_was_given() {
        for text in ["http://127.0.0.1:4566", "http://[::1]:80", "http://hob.internal:8080/lambda"] {
            assert_eq!(text.parse::<Endpoint>().unwrap().to_string(), text);
        }
        assert_eq!("http://localhost/".parse::<Endpoint>().unwrap().authority(), "localhost:80");
    }

    #[test]
    fn what_is_no_endpoint_is_refused_with_a_reason() {
        for bad in ["https://localhost", "localhost:4566", "ftp://x", "http://", "", "http://a b"] {
            assert!(bad.parse::<Endpoint>().is_err(), "{bad}");
        }
    }
}
