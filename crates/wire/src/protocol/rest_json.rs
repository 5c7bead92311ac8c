//! `rest-json`: members in the path, the query, the headers and a JSON body.

use bytes::Bytes;
use hob_types::{RequestId, Timestamp};
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Response, StatusCode};

use super::json_reader::Json;
use super::json_writer::JsonWriter;
use super::rest_reader::RestInput;
use super::{ErrorTraits, Protocol, answer, serialization_exception, set_body, set_headers, text};
use crate::error::{AwsError, Fault};
use crate::request::Request;
use crate::schema::{Kind, Location, Member, Model, OperationModel, Shape, Structure, TimestampFormat};
use crate::service::Body;
use crate::shape::{Malformed, VisitItem, Writer};

pub(super) struct RestJson;

const JSON: &str = "application/json";
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

impl Protocol for RestJson {
    fn read(
        &self,
        operation: &'static OperationModel,
        request: &Request<'_>,
        visit: &mut VisitItem<'_>,
    ) -> Result<(), AwsError> {
        let body = read_body(operation, request)?;
        visit(&RestInput { request, body: &body }).map_err(|malformed| serialization_exception(&malformed))
    }

    fn write(
        &self,
        _: &'static Model,
        operation: &'static OperationModel,
        request_id: &RequestId,
        output: &mut dyn FnMut(&mut dyn Writer),
    ) -> Response<Body> {
        let mut writer = RestWriter::new(answer(operation.status, request_id));
        output(&mut writer);
        writer.finish()
    }

    fn write_error(
        &self,
        model: Option<&'static Model>,
        request_id: &RequestId,
        error: &AwsError,
    ) -> Response<Body> {
        let traits = ErrorTraits::of(model, error);
        let mut response = answer(traits.status, request_id);
        response.headers_mut().insert(ERROR_TYPE, HeaderValue::from_static(traits.code));
        set_headers(&mut response, error);
        set_body(&mut response, JSON, error_body(&traits, error));
        response
    }
}

/// A body that is a blob, such as the payload of Invoke, is not looked at.
fn read_body<'r>(operation: &'static OperationModel, request: &'r Request<'_>) -> Result<Json<'r>, AwsError> {
    let Kind::Structure(input) = operation.input.kind else { return Ok(Json::Null) };
    let payload = input.members.iter().find(|member| member.location == Location::Payload);
    let is_document = match payload {
        Some(payload) => matches!(payload.shape.kind, Kind::Structure(_)),
        None => has_body(input),
    };
    if !is_document {
        return Ok(Json::Null);
    }
    request.require_json()?;
    Json::parse(&request.body).map_err(|malformed: Malformed| serialization_exception(&malformed))
}

fn has_body(structure: &Structure) -> bool {
    structure.members.iter().any(|member| member.location == Location::Body)
}

fn error_body(traits: &ErrorTraits, error: &AwsError) -> Bytes {
    let mut writer = JsonWriter::default();
    writer.begin_object();
    if traits.has_type {
        writer.write_key("Type");
        writer.write_string(match traits.fault {
            Fault::Client => "User",
            Fault::Server => "Service",
        });
    }
    writer.write_key(traits.message_key);
    match &error.message {
        Some(message) => writer.write_string(message),
        None => writer.write_null(),
    }
    for (key, value) in &error.members {
        writer.write_key(key);
        writer.write_string(value);
    }
    writer.end_object();
    writer.finish()
}

/// Sends each member of the output where it belongs; what is within them is JSON.
struct RestWriter {
    response: Response<Body>,
    json: JsonWriter,
    /// Structures, lists and maps begun and not ended.
    depth: usize,
    /// Where the next value at depth 1 goes.
    target: Target,
    has_document: bool,
}

#[derive(Clone, Copy)]
enum Target {
    Document,
    Payload,
    Header(&'static str),
    Status,
}

impl RestWriter {
    fn new(response: Response<Body>) -> Self {
        let json = JsonWriter::default();
        Self { response, json, depth: 0, target: Target::Document, has_document: false }
    }

    fn finish(mut self) -> Response<Body> {
        if self.has_document && self.response.status() != StatusCode::NO_CONTENT {
            set_body(&mut self.response, JSON, self.json.finish());
        }
        self.response
    }

    /// A value that stands alone in its place, outside the document.
    fn place(&mut self, text: &str) {
        match self.target {
            Target::Header(name) => {
                if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(text)) {
                    self.response.headers_mut().append(name, value);
                }
            }
            Target::Status => {
                if let Ok(status) = text.parse() {
                    *self.response.status_mut() = status;
                }
            }
            Target::Payload => self.set_payload("text/plain", Bytes::from(text.to_owned())),
            Target::Document => {}
        }
    }

    /// Unless the output has a member for it, the content type is the usual one.
    fn set_payload(&mut self, content_type: &'static str, payload: Bytes) {
        let default = HeaderValue::from_static(content_type);
        self.response.headers_mut().entry(CONTENT_TYPE).or_insert(default);
        *self.response.body_mut() = payload.into();
    }

    /// Whether the next value is a member of the output itself that does not belong into the document.
    fn is_placed(&self) -> bool {
        self.depth == 1 && !matches!(self.target, Target::Document)
    }
}

impl Writer for RestWriter {
    fn begin_structure(&mut self, structure: &'static Structure) {
        self.depth += 1;
        if self.depth > 1 || has_body(structure) {
            self.has_document = true;
            self.json.begin_object();
        }
    }

    fn member(&mut self, member: &'static Member) {
        if self.depth == 1 {
            self.target = match member.location {
                Location::Payload => Target::Payload,
                Location::Header | Location::Headers => Target::Header(member.wire_name),
                Location::Status => Target::Status,
                Location::Body | Location::Uri | Location::Query => Target::Document,
            };
            if self.is_placed() {
                return;
            }
        }
        self.json.member(member);
    }

    fn end_structure(&mut self, structure: &'static Structure) {
        self.depth -= 1;
        if self.depth > 0 || has_body(structure) {
            self.json.end_object();
        }
    }

    fn begin_list(&mut self, shape: &'static Shape, length: usize) {
        if !self.is_placed() {
            self.depth += 1;
            self.json.begin_list(shape, length);
        }
    }

    fn end_list(&mut self, shape: &'static Shape) {
        if !self.is_placed() {
            self.depth -= 1;
            self.json.end_list(shape);
        }
    }

    fn begin_map(&mut self, shape: &'static Shape, length: usize) {
        self.depth += 1;
        self.json.begin_map(shape, length);
    }

    fn key(&mut self, shape: &'static Shape, key: &str) {
        self.json.key(shape, key);
    }

    fn end_map(&mut self, shape: &'static Shape) {
        self.depth -= 1;
        self.json.end_map(shape);
    }

    fn boolean(&mut self, shape: &'static Shape, value: bool) {
        if self.is_placed() { self.place(&value.to_string()) } else { self.json.boolean(shape, value) }
    }

    fn integer(&mut self, shape: &'static Shape, value: i64) {
        if self.is_placed() { self.place(&value.to_string()) } else { self.json.integer(shape, value) }
    }

    fn double(&mut self, shape: &'static Shape, value: f64) {
        if self.is_placed() {
            self.place(&text::format_double(value));
        } else {
            self.json.double(shape, value);
        }
    }

    fn string(&mut self, shape: &'static Shape, value: &str) {
        if self.is_placed() { self.place(value) } else { self.json.string(shape, value) }
    }

    fn blob(&mut self, shape: &'static Shape, value: &Bytes) {
        if self.is_placed() {
            // Lambda's, and so far the only one, is JSON whatever its shape says.
            self.set_payload(JSON, value.clone());
        } else {
            self.json.blob(shape, value);
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
            self.json.timestamp(shape, value);
        }
    }
}
