//! The codecs. Each protocol is one of these, knows the tables of [`schema`](crate::schema), and no service.

use hob_types::RequestId;
use http::Response;

use crate::error::AwsError;
use crate::request::Request;
use crate::schema::{Model, OperationModel};
use crate::service::Body;
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

    fn write_error(&self, model: &'static Model, request_id: &RequestId, error: &AwsError) -> Response<Body>;
}
