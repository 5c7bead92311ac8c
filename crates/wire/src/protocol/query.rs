//! `query`: a form goes in, XML comes out.

use hob_types::RequestId;
use http::Response;

use super::query_reader::Parameters;
use super::xml_writer::XmlWriter;
use super::{ErrorTraits, Protocol, answer, serialization_exception, set_body, set_headers};
use crate::answer::Body;
use crate::error::AwsError;
use crate::request::Request;
use crate::schema::{Model, OperationModel};
use crate::shape::{VisitItem, Writer};

pub(super) struct Query;

const XML: &str = "text/xml";

impl Protocol for Query {
    fn read(
        &self,
        operation: &'static OperationModel,
        request: &Request<'_>,
        visit: &mut VisitItem<'_>,
    ) -> Result<(), AwsError> {
        let uri = &request.parts.uri;
        Parameters::parse(uri.query().unwrap_or_default(), &request.body)
            .map(|parameters| match operation.path_parameter {
                Some(name) if uri.path() != "/" => parameters.or(name, uri.path()),
                _ => parameters,
            })
            .and_then(|parameters| visit(&parameters.root()))
            .map_err(|malformed| serialization_exception(&malformed))
    }

    fn write(
        &self,
        model: &'static Model,
        operation: &'static OperationModel,
        request_id: &RequestId,
        output: &mut dyn FnMut(&mut dyn Writer),
    ) -> Response<Body> {
        let mut writer = XmlWriter::default();
        let envelope = format!("{}Response", operation.route.name);
        writer.open(&envelope, model.xml_namespace);
        match operation.result_wrapper {
            Some(wrapper) => writer.element(wrapper, |writer| output(writer)),
            None => output(&mut writer),
        }
        writer.element("ResponseMetadata", |writer| writer.leaf("RequestId", &request_id.to_string()));
        writer.close(&envelope);
        let mut response = answer(operation.status, request_id);
        set_body(&mut response, XML, writer.finish());
        response
    }

    fn write_error(
        &self,
        model: Option<&'static Model>,
        request_id: &RequestId,
        error: &AwsError,
    ) -> Response<Body> {
        let traits = ErrorTraits::of(model, error);
        let mut writer = XmlWriter::default();
        writer.open("ErrorResponse", model.and_then(|model| model.xml_namespace));
        writer.element("Error", |writer| {
            writer.leaf("Type", traits.fault.in_query());
            writer.leaf("Code", traits.code);
            let message = error.query_message.as_deref().or(error.message.as_deref());
            writer.leaf("Message", message.unwrap_or_default());
            error.members.iter().for_each(|(name, value)| writer.leaf(name, value));
            // Of the older services, and always empty.
            if model.is_some_and(|model| model.query_compatible) {
                writer.leaf("Detail", "");
            }
        });
        writer.leaf("RequestId", &request_id.to_string());
        writer.close("ErrorResponse");
        let mut response = answer(traits.status, request_id);
        set_headers(&mut response, error);
        set_body(&mut response, XML, writer.finish());
        response
    }
}
