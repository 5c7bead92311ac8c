//! Request line and header fields (RFC 9112).

use bytes::Bytes;

/// The longest head that is taken, in bytes. AWS's Python client sends an X-Ray cause of up to 1 MiB as a header.
pub(crate) const HEAD_MAX: usize = (1 << 20) + (16 << 10);

/// The most header fields that are taken.
const HEADERS_MAX: usize = 128;

/// What precedes a request's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub method: Bytes,
    /// Path and query, as sent.
    pub target: Bytes,
    pub headers: Headers,
    pub framing: Framing,
    /// The peer wants to send another request on this connection.
    pub keep_alive: bool,
    /// The peer waits for `100 Continue` before it sends the body.
    pub expects_continue: bool,
}

/// How long the body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// In bytes; 0 if there is no body.
    Length(u64),
    Chunked,
}

/// Header fields in the order they came. Names match in any case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Headers(Vec<(Bytes, Bytes)>);

/// The peer does not speak HTTP/1; its connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MalformedHead {
    #[error("the request line is not `METHOD TARGET HTTP/1.x`")]
    RequestLine,
    #[error("a header field is not `name: value`")]
    Field,
    #[error("the request is framed in more than one way, or in an unknown one")]
    Framing,
    #[error("the head is too long")]
    TooLong,
}

impl Headers {
    pub(crate) fn get(&self, name: &str) -> Option<&Bytes> {
        let is_it = |(key, _): &&(Bytes, Bytes)| key.eq_ignore_ascii_case(name.as_bytes());
        self.0.iter().find(is_it).map(|(_, value)| value)
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Bytes> {
        self.0.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name.as_bytes())).map(|(_, value)| value)
    }

    /// One of a comma-separated list's members, as in `Connection: close`.
    fn lists(&self, name: &str, member: &str) -> bool {
        let is_it = |part: &[u8]| part.trim_ascii().eq_ignore_ascii_case(member.as_bytes());
        self.all(name).any(|value| value.split(|&b| b == b',').any(is_it))
    }

    /// Reads `name: value` lines, each ended by CRLF, up to the end of `text`. Also used for trailers.
    pub(crate) fn parse(text: &Bytes) -> Result<Self, MalformedHead> {
        let mut fields = Vec::with_capacity(8);
        for line in lines(text) {
            if fields.len() == HEADERS_MAX {
                return Err(MalformedHead::TooLong);
            }
            fields.push(field(text, line)?);
        }
        Ok(Self(fields))
    }
}

/// The length of the head at the start of `buffer`, its empty line included. `searched` bytes are known to
/// contain no end, so that a head that comes byte by byte costs linear time.
pub(crate) fn head_length(buffer: &[u8], searched: usize) -> Option<usize> {
    let from = searched.saturating_sub(3);
    let end = buffer[from..].windows(4).position(|window| window == b"\r\n\r\n")?;
    Some(from + end + 4)
}

impl Head {
    /// Parses what [`head_length`] has found.
    pub(crate) fn parse(head: &Bytes) -> Result<Self, MalformedHead> {
        let end_of_line = head.windows(2).position(|w| w == b"\r\n").ok_or(MalformedHead::RequestLine)?;
        let (method, target, version_1_1) = request_line(&head.slice(..end_of_line))?;
        let fields = head.slice(end_of_line + 2..head.len().saturating_sub(2).max(end_of_line + 2));
        let headers = Headers::parse(&fields)?;
        Ok(Self {
            method,
            target,
            framing: framing(&headers)?,
            keep_alive: keep_alive(&headers, version_1_1),
            expects_continue: version_1_1 && headers.lists("expect", "100-continue"),
            headers,
        })
    }
}

fn request_line(line: &Bytes) -> Result<(Bytes, Bytes, bool), MalformedHead> {
    let mut parts = line.split(|&b| b == b' ');
    let (Some(method), Some(target), Some(version), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(MalformedHead::RequestLine);
    };
    let version_1_1 = match version {
        b"HTTP/1.1" => true,
        b"HTTP/1.0" => false,
        _ => return Err(MalformedHead::RequestLine),
    };
    let printable = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_graphic);
    if !method.iter().all(u8::is_ascii_alphabetic) || !printable(method) || !printable(target) {
        return Err(MalformedHead::RequestLine);
    }
    Ok((line.slice_ref(method), line.slice_ref(target), version_1_1))
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let text = text.strip_suffix(b"\r\n").unwrap_or(text);
    let lines = text.split(|&b| b == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.take(if text.is_empty() { 0 } else { usize::MAX })
}

fn field(text: &Bytes, line: &[u8]) -> Result<(Bytes, Bytes), MalformedHead> {
    let colon = line.iter().position(|&b| b == b':').ok_or(MalformedHead::Field)?;
    let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
    // A space before the colon, or a folded line, is how requests are smuggled past each other's parsers.
    if name.is_empty() || !name.iter().all(|&b| is_token(b)) || value.iter().any(|&b| b == 0 || b == b'\r') {
        return Err(MalformedHead::Field);
    }
    Ok((text.slice_ref(name), text.slice_ref(value)))
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn framing(headers: &Headers) -> Result<Framing, MalformedHead> {
    let mut lengths = headers.all("content-length");
    let length = lengths.next();
    let encoding = headers.get("transfer-encoding");
    match (length, encoding) {
        (Some(_), _) if lengths.next().is_some() => Err(MalformedHead::Framing),
        (Some(_), Some(_)) => Err(MalformedHead::Framing),
        (None, None) => Ok(Framing::Length(0)),
        (Some(digits), None) => decimal(digits).map(Framing::Length).ok_or(MalformedHead::Framing),
        (None, Some(coding)) if coding.eq_ignore_ascii_case(b"chunked") => Ok(Framing::Chunked),
        (None, Some(_)) => Err(MalformedHead::Framing),
    }
}

/// Digits only: `u64::from_str` would also take a sign.
fn decimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    digits.iter().try_fold(0, |number: u64, digit| {
        digit.is_ascii_digit().then(|| number * 10 + u64::from(digit - b'0'))
    })
}

fn keep_alive(headers: &Headers, version_1_1: bool) -> bool {
    if version_1_1 {
        !headers.lists("connection", "close")
    } else {
        headers.lists("connection", "keep-alive")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<Head, MalformedHead> {
        Head::parse(&Bytes::copy_from_slice(text.as_bytes()))
    }

    #[test]
    fn a_request_as_runtimes_send_it_is_understood() {
        let head = parse(
            "POST /2018-06-01/runtime/invocation/1/response HTTP/1.1\r\nHost: 169.254.100.1:9001\r\n\
             content-LENGTH: 12\r\nConnection: keep-alive\r\nX-Empty:\r\n\r\n",
        )
        .unwrap();
        assert_eq!(head.method, "POST");
        assert_eq!(head.target, "/2018-06-01/runtime/invocation/1/response");
        assert_eq!(head.framing, Framing::Length(12));
        assert_eq!(head.headers.get("Content-Length").map(|v| &v[..]), Some(&b"12"[..]));
        assert_eq!(head.headers.get("x-empty").map(|v| &v[..]), Some(&b""[..]));
        assert!(head.keep_alive && !head.expects_continue);
    }

    #[test]
    fn a_request_without_header_fields_has_no_body() {
        let head = parse("GET /next HTTP/1.0\r\n\r\n").unwrap();
        assert_eq!((head.framing, head.keep_alive), (Framing::Length(0), false));
    }

    #[test]
    fn whether_the_connection_stays_open_is_the_versions_default_unless_said() {
        let keeps = |head: &str| parse(head).unwrap().keep_alive;
        assert!(keeps("GET / HTTP/1.1\r\n\r\n"));
        assert!(!keeps("GET / HTTP/1.1\r\nconnection: Foo, CLOSE\r\n\r\n"));
        assert!(keeps("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"));
    }

    #[test]
    fn a_body_framed_in_two_ways_is_refused() {
        let framing = |fields: &str| parse(&format!("POST / HTTP/1.1\r\n{fields}\r\n")).map(|h| h.framing);
        assert_eq!(framing("Transfer-Encoding: Chunked\r\n"), Ok(Framing::Chunked));
        assert_eq!(
            framing("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"),
            Err(MalformedHead::Framing)
        );
        assert_eq!(framing("Content-Length: 3\r\nContent-Length: 3\r\n"), Err(MalformedHead::Framing));
        assert_eq!(framing("Content-Length: +3\r\n"), Err(MalformedHead::Framing));
        assert_eq!(framing("Content-Length: 99999999999999999999\r\n"), Err(MalformedHead::Framing));
        assert_eq!(framing("Transfer-Encoding: gzip, chunked\r\n"), Err(MalformedHead::Framing));
    }

    #[test]
    fn what_is_not_http_is_refused() {
        assert_eq!(parse("GET /\r\n\r\n"), Err(MalformedHead::RequestLine));
        assert_eq!(parse("GET  / HTTP/1.1\r\n\r\n"), Err(MalformedHead::RequestLine));
        assert_eq!(parse("GET / HTTP/2.0\r\n\r\n"), Err(MalformedHead::RequestLine));
        assert_eq!(parse("GET / HTTP/1.1\r\nno colon\r\n\r\n"), Err(MalformedHead::Field));
        assert_eq!(parse("GET / HTTP/1.1\r\nName : value\r\n\r\n"), Err(MalformedHead::Field));
        assert_eq!(parse("GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n"), Err(MalformedHead::Field));
    }

    #[test]
    fn the_end_of_a_head_is_found_across_reads() {
        let text = b"GET / HTTP/1.1\r\n\r\nrest";
        assert_eq!(head_length(text, 0), Some(18));
        assert_eq!(head_length(text, 16), Some(18));
        assert_eq!(head_length(&text[..17], 0), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = Head::parse(&Bytes::from(bytes));
        }

        #[test]
        fn no_header_section_makes_the_parser_panic(fields in "[a-zA-Z:;, \r\n0-9-]{0,200}") {
            let _ = parse(&format!("POST /x HTTP/1.1\r\n{fields}\r\n\r\n"));
        }

        #[test]
        fn a_written_field_is_read_back(name in "[a-zA-Z][a-zA-Z0-9-]{0,20}", value in "[!-~]([ -~]{0,40}[!-~])?") {
            prop_assume!(!["content-length", "transfer-encoding"].contains(&name.to_lowercase().as_str()));
            let head = parse(&format!("GET / HTTP/1.1\r\n{name}: {value}\r\n\r\n")).unwrap();
            prop_assert_eq!(head.headers.get(&name).map(|v| v.to_vec()), Some(value.into_bytes()));
        }
    }
}
