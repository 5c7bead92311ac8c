//! `rest-json`: members in the path, the query, the headers and a JSON body.

use std::cell::Cell;

use bytes::Bytes;
use hob_types::RequestId;
use http::{HeaderName, HeaderValue, Response};

use super::json_reader::Json;
use super::json_writer::JsonWriter;
use super::rest_reader::RestInput;
use super::rest_writer::{Document, RestWriter};
use super::{ErrorTraits, Protocol, answer, serialization_exception, set_body, set_headers};
use crate::answer::Body;
use crate::error::{AwsError, Fault};
use crate::request::Request;
use crate::schema::{Kind, Member, Model, OperationModel};
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
        visit(&RestInput { request, body: Some(&body), refused: Cell::default() })
            .map_err(|malformed| serialization_exception(&malformed))
    }

    fn write(
        &self,
        _: &'static Model,
        operation: &'static OperationModel,
        request_id: &RequestId,
        output: &mut dyn FnMut(&mut dyn Writer),
    ) -> Response<Body> {
        let mut writer = RestWriter::new(answer(operation.status, request_id), JsonWriter::default());
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
    let is_document = match input.payload() {
        Some(payload) => matches!(payload.shape.kind, Kind::Structure(_)),
        None => input.has_document(),
    };
    if !is_document {
        return Ok(Json::Null);
    }
    request.require_json()?;
    Json::parse(&request.body).map_err(|malformed: Malformed| serialization_exception(&malformed))
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

impl Document for JsonWriter {
    const CONTENT_TYPE: &'static str = JSON;
    const TEXT: &'static str = "text/plain";
    // Lambda's, and so far the only one, is JSON whatever its shape says.
    const BLOB: &'static str = JSON;

    fn payload(&mut self, _: &'static Member) {}

    fn finish(self) -> Bytes {
        Self::finish(self)
    }
}
