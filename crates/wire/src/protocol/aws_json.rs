//! `json` 1.0 and 1.1: everything in a JSON body, the operation in `X-Amz-Target`.

use hob_types::RequestId;
use http::{HeaderName, HeaderValue, Response};

use super::json_reader::Json;
use super::json_writer::JsonWriter;
use super::{ErrorTraits, Protocol, answer, serialization_exception, set_body, set_headers};
use crate::answer::Body;
use crate::error::AwsError;
use crate::request::Request;
use crate::schema::{Model, OperationModel};
use crate::shape::{VisitItem, Writer};

/// The code that callers of the query protocol know, and whose fault it is.
const QUERY_ERROR: HeaderName = HeaderName::from_static("x-amzn-query-error");

pub(super) struct AwsJson {
    pub content_type: &'static str,
}

impl Protocol for AwsJson {
    fn read(
        &self,
        _: &'static OperationModel,
        request: &Request<'_>,
        visit: &mut VisitItem<'_>,
    ) -> Result<(), AwsError> {
        request.require_json()?;
        Json::parse(&request.body)
            .and_then(|document| visit(&document))
            .map_err(|malformed| serialization_exception(&malformed))
    }

    fn write(
        &self,
        _: &'static Model,
        operation: &'static OperationModel,
        request_id: &RequestId,
        output: &mut dyn FnMut(&mut dyn Writer),
    ) -> Response<Body> {
        let mut writer = JsonWriter::default();
        output(&mut writer);
        let mut response = answer(operation.status, request_id);
        set_body(&mut response, self.content_type, writer.finish());
        response
    }

    fn write_error(
        &self,
        model: Option<&'static Model>,
        request_id: &RequestId,
        error: &AwsError,
    ) -> Response<Body> {
        let traits = ErrorTraits::of(model, error);
        let mut writer = JsonWriter::default();
        writer.begin_object();
        writer.write_key("__type");
        writer.write_string(traits.json_type);
        if let Some(message) = &error.message {
            writer.write_key(traits.message_key);
            writer.write_string(message);
        }
        for (key, value) in &error.members {
            writer.write_key(key);
            writer.write_string(value);
        }
        writer.end_object();
        let mut response = answer(traits.status, request_id);
        set_headers(&mut response, error);
        if model.is_some_and(|model| model.query_compatible)
            && let Ok(value) = HeaderValue::try_from(format!("{};{}", traits.code, traits.fault.in_query()))
        {
            response.headers_mut().insert(QUERY_ERROR, value);
        }
        set_body(&mut response, self.content_type, writer.finish());
        response
    }
}
