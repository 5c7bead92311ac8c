//! One entry for each parser of what a network peer sends. None may panic, whatever the bytes.

use bytes::Bytes;
use hob_types::Timestamp;
use http::Request;
use http::header::HeaderName;
use http::request::Parts;

use crate::payload::Chunks;
use crate::protocol::{Element, Json, JsonWriter, Parameters, parameter};
use crate::routing::{Hints, Template, length};
use crate::schema::Shape;
use crate::shape::Wire;
use crate::sigv4::{Credential, Signed};

pub fn json_document(bytes: &[u8]) {
    let _ = Json::parse(bytes);
}

pub fn xml_document(bytes: &[u8]) {
    let _ = Element::parse(bytes);
}

/// The first byte says how many of the others come at a time.
pub fn aws_chunked_body(bytes: &[u8]) {
    let Some((width, body)) = bytes.split_first() else { return };
    let mut chunks = Chunks::default();
    for part in body.chunks(usize::from(*width).max(1)) {
        let mut input = Bytes::copy_from_slice(part);
        while let Ok(Some(_)) = chunks.next(&mut input) {}
    }
    let _ = chunks.finish();
}

/// The first line is the query of the URI, the rest the body.
pub fn query_parameters(bytes: &[u8]) {
    let (query, body) = first_line(bytes);
    let action = parameter(query, body, "Action");
    if let Ok(parameters) = Parameters::parse(query, body) {
        assert_eq!(parameters.get("Action"), action.as_deref());
    }
}

/// The first line is the path and the query.
pub fn uri_routing(bytes: &[u8]) {
    const TEMPLATES: [&str; 4] = [
        "/2015-03-31/functions/{FunctionName}/policy/{StatementId}",
        "/2015-03-31/functions/",
        "/2018-10-31/layers?find=LayerVersion",
        "/{Bucket}/{Key+}?uploads",
    ];
    let (target, _) = first_line(bytes);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    for template in TEMPLATES.map(Template::parse) {
        if template.matches(path, query).is_some() {
            assert!(template.fits(length(path)));
            let _ = template.labels(path);
        }
    }
}

/// The request is written as [`request`] reads it.
pub fn signature(bytes: &[u8]) {
    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    // 2026-01-02T03:04:05Z, which the seeds are signed for.
    let now = Timestamp::from_millis(1_767_323_045_000);
    let Some((parts, body)) = request(bytes) else { return };
    let _ = Credential::of(&parts);
    let _ = Hints::of(&parts, &[]).wanted();
    if let Ok(signed) = Signed::parse(&parts) {
        let _ = signed.verify(&parts, body, SECRET, now);
    }
}

/// What was read from a request must say the same when it is written and read again.
pub fn reads_back<T: Wire>(value: &T, shape: &'static Shape) {
    let text = written(value, shape);
    let again = Json::parse(&text).and_then(|json| T::read(&json, shape));
    assert_eq!(again.map(|value| written(&value, shape)), Ok(text.clone()));
}

fn written(value: &impl Wire, shape: &'static Shape) -> Bytes {
    let mut writer = JsonWriter::default();
    value.write(&mut writer, shape);
    writer.finish()
}

/// The first line is the method, a space, the path and the query; without a method it is GET. Those after it are
/// headers up to an empty one; what follows is the body.
pub fn request(bytes: &[u8]) -> Option<(Parts, &[u8])> {
    let (line, mut rest) = first_line(bytes);
    let (method, target) = line.split_once(' ').unwrap_or(("GET", line));
    let mut request = Request::builder().method(method).uri(target);
    loop {
        let (line, after) = first_line(rest);
        rest = after;
        let Some((name, value)) = line.split_once(':') else { break };
        request = request.header(HeaderName::from_bytes(name.as_bytes()).ok()?, value.trim());
    }
    Some((request.body(()).ok()?.into_parts().0, rest))
}

/// An empty line for what is not UTF-8.
fn first_line(bytes: &[u8]) -> (&str, &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n');
    let (line, rest) = end.map_or((bytes, &b""[..]), |end| (&bytes[..end], &bytes[end + 1..]));
    (std::str::from_utf8(line).unwrap_or_default(), rest)
}
