//! The output of a REST operation: each of its members goes where the model says.

use bytes::Bytes;
use hob_types::Timestamp;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Response, StatusCode};

use super::{set_body, text};
use crate::answer::Body;
use crate::schema::{Kind, Location, Member, Shape, Structure, TimestampFormat};
use crate::shape::Writer;
use crate::stream::ByteStream;

/// What a protocol writes into bodies.
pub(super) trait Document: Writer {
    const CONTENT_TYPE: &'static str;
    /// The content type of a string that is the whole body.
    const TEXT: &'static str;
    /// The content type of bytes that are the whole body.
    const BLOB: &'static str;

    /// What comes next is the whole body, and this member's.
    fn payload(&mut self, member: &'static Member);

    fn finish(self) -> Bytes;
}

/// Sends each member of the output where it belongs; what is within the body is the document's.
pub(super) struct RestWriter<D> {
    response: Response<Body>,
    document: D,
    /// Structures, lists and maps begun and not ended.
    depth: usize,
    /// Where the next value at depth 1 goes.
    target: Target,
    /// Of the value that goes into one of several headers.
    key: String,
    has_document: bool,
}

#[derive(Clone, Copy)]
enum Target {
    Document,
    Payload,
    Header(&'static str),
    /// Each entry in a header of its own, whose name begins with this.
    Headers(&'static str),
    Status,
}

impl<D: Document> RestWriter<D> {
    pub(super) fn new(response: Response<Body>, document: D) -> Self {
        Self {
            response,
            document,
            depth: 0,
            target: Target::Document,
            key: String::new(),
            has_document: false,
        }
    }

    pub(super) fn finish(mut self) -> Response<Body> {
        if self.has_document && self.response.status() != StatusCode::NO_CONTENT {
            set_body(&mut self.response, D::CONTENT_TYPE, self.document.finish());
        }
        self.response
    }

    /// A value that stands alone in its place, outside the document.
    fn place(&mut self, text: &str) {
        match self.target {
            Target::Header(name) => self.place_header(name, text),
            Target::Headers(prefix) => {
                let name = format!("{prefix}{}", self.key);
                self.place_header(&name, text);
            }
            Target::Status => {
                if let Ok(status) = text.parse() {
                    *self.response.status_mut() = status;
                }
            }
            Target::Payload => self.set_payload(D::TEXT, Bytes::from(text.to_owned())),
            Target::Document => {}
        }
    }

    /// What is not ASCII goes out as the UTF-8 that it is.
    fn place_header(&mut self, name: &str, text: &str) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_bytes(text.as_bytes()))
        {
            // In the place of the usual content type, if that stands there already.
            self.response.headers_mut().insert(name, value);
        }
    }

    /// Unless the output has a member for it, the content type is the usual one.
    fn set_payload(&mut self, content_type: &'static str, payload: impl Into<Body>) {
        let default = HeaderValue::from_static(content_type);
        self.response.headers_mut().entry(CONTENT_TYPE).or_insert(default);
        *self.response.body_mut() = payload.into();
    }

    /// Whether the next value is a member of the output itself that does not belong into the document.
    fn is_placed(&self) -> bool {
        self.depth == 1 && !matches!(self.target, Target::Document)
    }
}

impl<D: Document> Writer for RestWriter<D> {
    fn begin_structure(&mut self, structure: &'static Structure) {
        self.depth += 1;
        if self.depth > 1 || structure.has_document() {
            self.has_document = true;
            self.document.begin_structure(structure);
        }
    }

    fn member(&mut self, member: &'static Member) {
        if self.depth == 1 {
            self.target = match member.location {
                Location::Payload => Target::Payload,
                Location::Header => Target::Header(member.wire_name),
                Location::Headers => Target::Headers(member.wire_name),
                Location::Status => Target::Status,
                Location::Body | Location::Attribute | Location::Uri | Location::Query => Target::Document,
            };
            if matches!(self.target, Target::Payload) {
                self.document.payload(member);
            }
            if self.is_placed() {
                return;
            }
        }
        self.document.member(member);
    }

    fn end_structure(&mut self, structure: &'static Structure) {
        self.depth -= 1;
        if self.depth > 0 || structure.has_document() {
            self.document.end_structure(structure);
        }
    }

    fn begin_list(&mut self, shape: &'static Shape, length: usize) {
        if !self.is_placed() {
            self.depth += 1;
            self.document.begin_list(shape, length);
        }
    }

    fn end_list(&mut self, shape: &'static Shape) {
        if !self.is_placed() {
            self.depth -= 1;
            self.document.end_list(shape);
        }
    }

    fn begin_map(&mut self, shape: &'static Shape, length: usize) {
        if !self.is_placed() {
            self.depth += 1;
            self.document.begin_map(shape, length);
        }
    }

    fn key(&mut self, shape: &'static Shape, key: &str) {
        if self.is_placed() {
            key.clone_into(&mut self.key);
        } else {
            self.document.key(shape, key);
        }
    }

    fn end_map(&mut self, shape: &'static Shape) {
        if !self.is_placed() {
            self.depth -= 1;
            self.document.end_map(shape);
        }
    }

    fn boolean(&mut self, shape: &'static Shape, value: bool) {
        if self.is_placed() { self.place(&value.to_string()) } else { self.document.boolean(shape, value) }
    }

    fn integer(&mut self, shape: &'static Shape, value: i64) {
        if self.is_placed() { self.place(&value.to_string()) } else { self.document.integer(shape, value) }
    }

    fn double(&mut self, shape: &'static Shape, value: f64) {
        if self.is_placed() {
            self.place(&text::format_double(value));
        } else {
            self.document.double(shape, value);
        }
    }

    fn string(&mut self, shape: &'static Shape, value: &str) {
        if self.is_placed() { self.place(value) } else { self.document.string(shape, value) }
    }

    fn blob(&mut self, shape: &'static Shape, value: &Bytes) {
        if self.is_placed() {
            self.set_payload(D::BLOB, value.clone());
        } else {
            self.document.blob(shape, value);
        }
    }

    fn timestamp(&mut self, shape: &'static Shape, value: Timestamp) {
        if self.is_placed() {
            let format = match shape.kind {
                Kind::Timestamp(Some(format)) => format,
                _ => TimestampFormat::HttpDate,
            };
            self.place(&text::format_timestamp(value, format));
        } else {
            self.document.timestamp(shape, value);
        }
    }

    fn stream(&mut self, shape: &'static Shape, value: &ByteStream) {
        if self.is_placed() {
            self.set_payload(D::BLOB, Body::Stream(value.clone()));
        } else {
            self.document.stream(shape, value);
        }
    }
}
