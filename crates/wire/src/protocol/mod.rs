//! The codecs. Each protocol is one of these, knows the tables of [`schema`](crate::schema), and no service.

mod aws_json;
mod json_reader;
mod json_writer;
mod query;
mod query_reader;
mod rest_json;
mod rest_reader;
mod rest_writer;
mod rest_xml;
mod text;
mod xml_reader;
mod xml_writer;

#[cfg(feature = "fuzzing")]
pub(crate) use self::json_reader::Json;
#[cfg(feature = "fuzzing")]
pub(crate) use self::json_writer::JsonWriter;
#[cfg(feature = "fuzzing")]
pub(crate) use self::query_reader::Parameters;
pub(crate) use self::query_reader::parameter;
pub use self::rest_xml::extended_request_id;
pub(crate) use self::rest_xml::{malformed_xml, set_ids};
#[cfg(feature = "fuzzing")]
pub(crate) use self::xml_reader::Element;

use hob_types::RequestId;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Response, StatusCode};

use crate::answer::Body;
use crate::error::{AwsError, Fault};
use crate::request::Request;
use crate::schema::{ErrorModel, Model, OperationModel, ProtocolName};
use crate::shape::{VisitItem, Writer};

/// One way of writing requests and answers.
pub trait Protocol: Send + Sync {
    /// Parses the request and lets `visit` read it, once.
    fn read(
        &self,
        operation: &'static OperationModel,
        request: &Request<'_>,
        visit: &mut VisitItem<'_>,
    ) -> Result<(), AwsError>;

    /// Writes a success; `output` takes itself apart into the writer that it is given.
    fn write(
        &self,
        model: &'static Model,
        operation: &'static OperationModel,
        request_id: &RequestId,
        output: &mut dyn FnMut(&mut dyn Writer),
    ) -> Response<Body>;

    /// `model` is `None` if the service is not known.
    fn write_error(
        &self,
        model: Option<&'static Model>,
        request_id: &RequestId,
        error: &AwsError,
    ) -> Response<Body>;
}

impl ProtocolName {
    pub(crate) fn codec(self) -> &'static dyn Protocol {
        match self {
            Self::RestJson => &rest_json::RestJson,
            Self::Json10 => &aws_json::AwsJson { content_type: "application/x-amz-json-1.0" },
            Self::Json11 => &aws_json::AwsJson { content_type: "application/x-amz-json-1.1" },
            Self::Query => &query::Query,
            Self::RestXml => &rest_xml::RestXml,
        }
    }
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

fn answer(status: u16, request_id: &RequestId) -> Response<Body> {
    let mut response = with_status(status);
    if let Ok(id) = HeaderValue::try_from(request_id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

fn with_status(status: u16) -> Response<Body> {
    let mut response = Response::new(Body::default());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}

fn set_body(response: &mut Response<Body>, content_type: &'static str, body: impl Into<Body>) {
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    *response.body_mut() = body.into();
}

/// What the envelopes of all protocols need to know of an error: the model's word, unless the error itself
/// says otherwise.
struct ErrorTraits {
    code: &'static str,
    /// What JSON 1.x says for it.
    json_type: &'static str,
    status: u16,
    fault: Fault,
    message_key: &'static str,
    /// Whether the body of a rest-json error names the fault.
    has_type: bool,
}

impl ErrorTraits {
    fn of(model: Option<&'static Model>, error: &AwsError) -> Self {
        let known = model.and_then(|model| model.errors.iter().find(|known| known.name == error.code));
        let status = error.status.or(known.map(|known| known.status)).unwrap_or(400);
        let fault = match error.fault {
            Some(Some(fault)) => fault,
            _ if status >= 500 => Fault::Server,
            _ => Fault::Client,
        };
        Self {
            code: known.map_or(error.code, |known| known.code),
            json_type: known.map_or(error.code, |known| known.json_type),
            status,
            fault,
            message_key: known.map_or("message", |known| known.message_key),
            has_type: match error.fault {
                Some(overridden) => overridden.is_some(),
                None => known.is_some_and(|known: &ErrorModel| known.has_type),
            },
        }
    }
}

/// The further headers of an error, such as `Retry-After`.
fn set_headers(response: &mut Response<Body>, error: &AwsError) {
    for (name, value) in &error.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(*name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
}

/// The request could not be read into its shape.
fn serialization_exception(malformed: &crate::shape::Malformed) -> AwsError {
    AwsError::new("SerializationException", malformed.to_string())
}
