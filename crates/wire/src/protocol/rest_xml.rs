//! `rest-xml`: members in the path, the query, the headers and an XML body, or a body that is not looked at.

use std::cell::Cell;

use bytes::Bytes;
use hob_types::RequestId;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use percent_encoding::percent_decode_str;

use super::rest_reader::RestInput;
use super::rest_writer::{Document, RestWriter};
use super::xml_reader::Element;
use super::xml_writer::XmlWriter;
use super::{ErrorTraits, Protocol, set_body, set_headers, with_status};
use crate::answer::Body;
use crate::error::AwsError;
use crate::request::Request;
use crate::schema::{Kind, Location, Member, Model, OperationModel};
use crate::shape::{Malformed, Value, VisitItem, Writer};

pub(super) struct RestXml;

const XML: &str = "application/xml";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-request-id");
const HOST_ID: HeaderName = HeaderName::from_static("x-amz-id-2");

impl Protocol for RestXml {
    fn read(
        &self,
        operation: &'static OperationModel,
        request: &Request<'_>,
        visit: &mut VisitItem<'_>,
    ) -> Result<(), AwsError> {
        if percent_decode_str(request.parts.uri.path()).decode_utf8().is_err() {
            return Err(AwsError::new("InvalidURI", "Couldn't parse the specified URI."));
        }
        let document = read_document(operation, request)?;
        let body = document.as_ref().map(|document| document as &dyn Value);
        let input = RestInput { request, body, refused: Cell::default() };
        visit(&input).map_err(|malformed| refuse(&malformed, &input))
    }

    fn write(
        &self,
        model: &'static Model,
        operation: &'static OperationModel,
        request_id: &RequestId,
        output: &mut dyn FnMut(&mut dyn Writer),
    ) -> Response<Body> {
        let document = XmlWriter::document(operation.result_wrapper, model.xml_namespace);
        let mut writer = RestWriter::new(answer(operation.status, request_id), document);
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
        set_headers(&mut response, error);
        if response.status() != StatusCode::NOT_MODIFIED {
            set_body(&mut response, XML, error_body(traits.code, error, request_id));
        }
        response
    }
}

/// What every answer says of the exchange.
fn answer(status: u16, request_id: &RequestId) -> Response<Body> {
    let mut response = with_status(status);
    set_ids(&mut response, request_id);
    response
}

pub(crate) fn set_ids(response: &mut Response<Body>, request_id: &RequestId) {
    let ids = [(REQUEST_ID, request_id.to_string()), (HOST_ID, extended_request_id(request_id))];
    for (name, id) in ids {
        if let Ok(id) = HeaderValue::try_from(id) {
            response.headers_mut().insert(name, id);
        }
    }
}

/// What S3 calls the host id: says nothing, but clients show it and events repeat it.
pub fn extended_request_id(request_id: &RequestId) -> String {
    use aws_lc_rs::digest::{SHA512, digest};
    use base64::Engine as _;
    let hash = digest(&SHA512, request_id.to_string().as_bytes());
    base64::engine::general_purpose::STANDARD.encode(&hash.as_ref()[..56])
}

/// `None` if the operation takes no document, or may do without and gets none.
fn read_document(
    operation: &'static OperationModel,
    request: &Request<'_>,
) -> Result<Option<Element>, AwsError> {
    let Kind::Structure(input) = operation.input.kind else { return Ok(None) };
    let (shape, name) = match input.payload() {
        Some(payload) => (payload.shape, payload.wire_name),
        None => (operation.input, operation.route.name),
    };
    let is_document = match input.payload() {
        Some(payload) => matches!(payload.shape.kind, Kind::Structure(_)),
        None => input.has_document(),
    };
    if !is_document {
        return Ok(None);
    }
    if request.body.is_empty() {
        let required = input.payload().is_some_and(|payload| payload.required);
        return if required { Err(empty_body()) } else { Ok(None) };
    }
    let document = Element::parse(&request.body).map_err(|_| malformed_xml())?;
    let is_expected = input.payload().is_none() || document.is(name);
    if is_expected && document.fits(shape) { Ok(Some(document)) } else { Err(malformed_xml()) }
}

fn empty_body() -> AwsError {
    AwsError::new("MissingRequestBodyError", "Request Body is empty")
}

pub(crate) fn malformed_xml() -> AwsError {
    let text = "The XML you provided was not well-formed or did not validate against our published schema";
    AwsError::new("MalformedXML", text)
}

/// A document, or else one header, label or parameter is not of its shape.
fn refuse(malformed: &Malformed, input: &RestInput<'_>) -> AwsError {
    match input.refused.get() {
        Some(member) if !matches!(member.location, Location::Body | Location::Payload) => {
            AwsError::new("InvalidArgument", malformed.to_string())
                .with_member("ArgumentName", member.wire_name)
        }
        _ => malformed_xml(),
    }
}

fn error_body(code: &str, error: &AwsError, request_id: &RequestId) -> Bytes {
    let mut writer = XmlWriter::document(None, None);
    writer.element("Error", |writer| {
        writer.leaf("Code", code);
        if let Some(message) = &error.message {
            writer.leaf("Message", message);
        }
        error.members.iter().for_each(|(name, value)| writer.leaf(name, value));
        writer.leaf("RequestId", &request_id.to_string());
        writer.leaf("HostId", &extended_request_id(request_id));
    });
    writer.finish()
}

impl Document for XmlWriter {
    const CONTENT_TYPE: &'static str = XML;
    // The one string that is a whole body is a bucket's policy.
    const TEXT: &'static str = "application/json";
    const BLOB: &'static str = "binary/octet-stream";

    fn payload(&mut self, member: &'static Member) {
        self.begin_document(member.wire_name);
    }

    fn finish(self) -> Bytes {
        Self::finish(self)
    }
}
