//! A service as the server sees it, and the one path from a parsed request to a handler and back.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use http::Response;

use crate::answer::Body;
use crate::error::AwsError;
use crate::hook::Hook;
use crate::operation::{Handle, Operation, RequestContext};
use crate::protocol::Protocol;
use crate::request::Request;
use crate::schema::{Model, OperationModel};
use crate::shape::Wire;
use crate::validation;

/// Implemented by the generated dispatcher that `shapes::service` returns.
pub trait Service: Send + Sync {
    fn model(&self) -> &'static Model;

    /// What answers beside the operations; only services of rest-xml are asked for it.
    fn hook(&self) -> Option<&dyn Hook> {
        None
    }

    /// `exchange.operation` is one of the model's.
    fn call<'a>(&'a self, exchange: Exchange<'a>) -> Call<'a>;
}

pub type Call<'a> = Pin<Box<dyn Future<Output = Result<Response<Body>, AwsError>> + Send + 'a>>;

/// One request on its way to the handler of its operation.
#[derive(Clone, Copy)]
pub struct Exchange<'a> {
    pub context: &'a RequestContext,
    pub request: &'a Request<'a>,
    pub model: &'static Model,
    pub operation: &'static OperationModel,
    pub protocol: &'static dyn Protocol,
}

impl Exchange<'_> {
    fn read<I: Wire>(&self) -> Result<I, AwsError> {
        let mut input = None;
        self.protocol.read(self.operation, self.request, &mut |value| {
            input = Some(I::read(value, self.operation.input)?);
            Ok(())
        })?;
        // A protocol visits exactly once unless it fails.
        let input = input.ok_or_else(|| AwsError::new("InternalFailure", "the request was not read"))?;
        let violations = validation::check(&input, self.operation.input);
        if violations.is_empty() { Ok(input) } else { Err((self.model.refuse)(&violations)) }
    }

    fn write(&self, output: &impl Wire) -> Response<Body> {
        self.protocol.write(self.model, self.operation, &self.context.request_id, &mut |writer| {
            output.write(writer, self.operation.output);
        })
    }
}

/// A service with a hook.
pub struct Hooked<S> {
    pub service: S,
    pub hook: Arc<dyn Hook>,
}

impl<S: Service> Service for Hooked<S> {
    fn model(&self) -> &'static Model {
        self.service.model()
    }

    fn hook(&self) -> Option<&dyn Hook> {
        Some(self.hook.as_ref())
    }

    fn call<'a>(&'a self, exchange: Exchange<'a>) -> Call<'a> {
        self.service.call(exchange)
    }
}

/// Called by generated dispatchers: reads the input, checks it, hands it over and writes the output.
pub fn call<'a, O: Operation, S: Handle<O>>(handler: &'a S, exchange: Exchange<'a>) -> Call<'a> {
    let input = exchange.read::<O::Input>();
    Box::pin(async move {
        let output = handler.handle(exchange.context, input?).await?;
        Ok(exchange.write(&output))
    })
}

/// Called by generated dispatchers for an operation that is not of their model, which routing rules out.
pub fn no_such_operation(exchange: Exchange<'_>) -> Call<'_> {
    Box::pin(async move { Err(AwsError::new("UnknownOperationException", exchange.operation.route.name)) })
}
