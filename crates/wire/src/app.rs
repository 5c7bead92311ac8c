//! All services behind one door: from a request to the answer, without a socket.

use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use hob_types::{Clock, Random, RequestId};
use http::request::Parts;
use http::{Response, StatusCode};

use crate::body::{self, BodyError};
use crate::error::AwsError;
use crate::guard::{Guard, host};
use crate::identity::{self, EnvironmentIdentity, Identity};
use crate::keys::Keys;
use crate::operation::{RequestContext, Source};
use crate::request::Request;
use crate::routing::{Found, Hints, RoutingTable, Target};
use crate::schema::{Model, OperationModel, ProtocolName};
use crate::service::{Body, Exchange, Service};

/// The largest body of a form and of what goes to a [`RawRoute`], in bytes.
const FORM_LIMIT: u64 = 10 << 20;

/// What the server is given.
pub struct Settings {
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub keys: Arc<dyn Keys>,
    /// Believe only what is signed with one of the keys.
    pub verify_signatures: bool,
    pub guard: Guard,
}

/// Where requests come in, which decides what is believed of them.
#[derive(Clone, Debug)]
pub enum Endpoint {
    /// A listener that the world may reach, at its own address.
    Network(SocketAddr),
    /// The listener inside an execution environment: whoever calls there is that environment.
    Environment(EnvironmentIdentity),
}

/// Answers all requests below a path that is no AWS service's, such as downloads of packages.
#[async_trait]
pub trait RawRoute: Send + Sync {
    /// Such as `/_hob/code/`.
    fn prefix(&self) -> &'static str;

    async fn answer(&self, request: http::Request<Bytes>) -> Response<Body>;
}

/// The services and what holds for all of them.
pub struct App {
    settings: Settings,
    table: RoutingTable,
    routes: Vec<Box<dyn RawRoute>>,
}

impl App {
    pub fn new(settings: Settings) -> Self {
        Self { settings, table: RoutingTable::default(), routes: Vec::new() }
    }

    #[must_use]
    pub fn with_service(mut self, service: impl Service + 'static) -> Self {
        self.table.add(Box::new(service));
        self
    }

    #[must_use]
    pub fn with_route(mut self, route: impl RawRoute + 'static) -> Self {
        self.routes.push(Box::new(route));
        self
    }

    /// Answers one request. `peer` is who sent it. Dropping the future drops the handler's.
    pub async fn handle<B>(
        &self,
        endpoint: &Endpoint,
        peer: SocketAddr,
        request: http::Request<B>,
    ) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes> + Unpin,
    {
        let request_id = RequestId::random(self.settings.random.as_ref());
        let (parts, body) = request.into_parts();
        if let Endpoint::Network(_) = endpoint
            && let Err(forbidden) = self.settings.guard.check(&parts)
        {
            let error = AwsError::new("AccessDeniedException", forbidden.to_string()).with_status(403);
            return ProtocolName::RestJson.codec().write_error(None, &request_id, &error);
        }
        if let Some(route) = self.routes.iter().find(|route| parts.uri.path().starts_with(route.prefix())) {
            return answer_raw(route.as_ref(), parts, body).await;
        }
        let incoming = Incoming { app: self, endpoint, peer, request_id, parts: &parts };
        let hints = Hints::of(&parts);
        if let Some(target) = self.table.service(&hints) {
            return incoming.answer(target, body).await;
        }
        // Only the body may still tell; one that cannot be read tells nothing.
        let body = body::read(&parts, body, FORM_LIMIT).await.unwrap_or_default();
        match self.table.service_of_form(&parts, &body) {
            Some(target) => incoming.answer(target, Body::new(body)).await,
            None => hints.likely_protocol().codec().write_error(None, &request_id, &no_service(&hints)),
        }
    }
}

async fn answer_raw<B>(route: &dyn RawRoute, parts: Parts, body: B) -> Response<Body>
where
    B: http_body::Body<Data = Bytes> + Unpin,
{
    match body::read(&parts, body, FORM_LIMIT).await {
        Ok(body) => route.answer(http::Request::from_parts(parts, body)).await,
        Err(_) => {
            let mut response = Response::new(Body::default());
            *response.status_mut() = StatusCode::BAD_REQUEST;
            response
        }
    }
}

fn no_service(hints: &Hints<'_>) -> AwsError {
    match hints.wanted() {
        Some(name) => AwsError::new("NotImplementedException", format!("Hob does not serve {name} yet."))
            .with_status(501),
        None => AwsError::new(
            "UnknownOperationException",
            "This is a Hob server, which speaks AWS's API; the request names no service of it.",
        )
        .with_status(404),
    }
}

/// A request on its way to its service.
struct Incoming<'a> {
    app: &'a App,
    endpoint: &'a Endpoint,
    peer: SocketAddr,
    request_id: RequestId,
    parts: &'a Parts,
}

impl Incoming<'_> {
    async fn answer<B>(&self, target: Target<'_>, body: B) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes> + Unpin,
    {
        let model = target.service.model();
        match self.find(target, body).await {
            Ok(response) => response,
            Err(error) => target.protocol.codec().write_error(Some(model), &self.request_id, &error),
        }
    }

    /// Finds the operation and reads the body, in the order that the protocol demands.
    async fn find<B>(&self, target: Target<'_>, body: B) -> Result<Response<Body>, AwsError>
    where
        B: http_body::Body<Data = Bytes> + Unpin,
    {
        let table = &self.app.table;
        if target.protocol == ProtocolName::Query {
            let body = body::read(self.parts, body, FORM_LIMIT).await.map_err(|error| broken(&error))?;
            return self.serve(target, table.operation(target, self.parts, &body), body).await;
        }
        let found = table.operation(target, self.parts, b"");
        let limit = match &found {
            Found::Operation { operation, .. } => operation.body_limit,
            _ => FORM_LIMIT,
        };
        let body = body::read(self.parts, body, limit).await.map_err(|error| match (&found, error) {
            (Found::Operation { operation, .. }, BodyError::TooLarge) => too_large(operation),
            (_, error) => broken(&error),
        })?;
        self.serve(target, found, body).await
    }

    async fn serve(&self, target: Target<'_>, found: Found, body: Bytes) -> Result<Response<Body>, AwsError> {
        let identity = self.identify(target, &body)?;
        let model = target.service.model();
        let (operation, labels) = match found {
            Found::Operation { operation, labels } => (operation, labels),
            Found::Unserved(name) => return Err(unserved(model, name)),
            Found::Unknown(name) => return Err(unknown(model, target.protocol, &name)),
        };
        let context = self.context(identity);
        let request = Request { parts: self.parts, body, labels };
        let protocol = target.protocol.codec();
        let exchange = Exchange { context: &context, request: &request, model, operation, protocol };
        let answer = target.service.call(exchange).await;
        let status = answer.as_ref().map_or("error", |_| "success");
        tracing::debug!(request_id = %self.request_id, operation = operation.route.name, status);
        answer
    }

    fn identify(&self, target: Target<'_>, body: &[u8]) -> Result<Identity, AwsError> {
        let settings = &self.app.settings;
        let keys = settings.keys.as_ref();
        match self.endpoint {
            Endpoint::Environment(environment) => Ok(identity::of_environment(self.parts, environment)),
            Endpoint::Network(_) if !settings.verify_signatures => Ok(identity::claimed(self.parts, keys)),
            Endpoint::Network(_) => {
                let model = target.service.model();
                identity::verified(self.parts, body, model, keys, settings.clock.now())
                    .map_err(|refusal| identity::refuse(&refusal, target.protocol))
            }
        }
    }

    fn context(&self, identity: Identity) -> RequestContext {
        let Identity { account, region, caller } = identity;
        let authority = host(self.parts);
        let base_url = match (authority, self.endpoint) {
            (Some(authority), _) => format!("http://{authority}"),
            (None, Endpoint::Network(address)) => format!("http://{address}"),
            (None, Endpoint::Environment(_)) => String::new(),
        };
        let source = match self.endpoint {
            Endpoint::Network(_) => Source::Network(self.peer),
            Endpoint::Environment(environment) => Source::Environment(environment.id),
        };
        RequestContext { request_id: self.request_id, region, account, caller, base_url, source }
    }
}

fn too_large(operation: &OperationModel) -> AwsError {
    let (limit, name) = (operation.body_limit, operation.body_limit_name);
    AwsError::new(
        "RequestEntityTooLargeException",
        format!("Request must be smaller than {limit} bytes for the {name} operation"),
    )
    .with_status(413)
}

fn broken(error: &BodyError) -> AwsError {
    let (code, status) = match error {
        BodyError::TooLarge => ("RequestEntityTooLargeException", 413),
        BodyError::Stalled => ("RequestTimeoutException", 408),
        BodyError::Broken => ("SerializationException", 400),
    };
    AwsError::new(code, error.to_string()).with_status(status)
}

fn unserved(model: &Model, name: &str) -> AwsError {
    let text = format!("{name} is an operation of {} that Hob does not serve yet.", model.full_name);
    AwsError::new("NotImplementedException", text).with_status(501)
}

fn unknown(model: &Model, protocol: ProtocolName, name: &str) -> AwsError {
    let no_operation = || match name {
        "" => format!("The request names no operation of {}.", model.full_name),
        name => format!("{name} is no operation of {}.", model.full_name),
    };
    match protocol {
        ProtocolName::RestJson => AwsError::new("UnknownOperationException", no_operation()).with_status(404),
        ProtocolName::Json10 | ProtocolName::Json11 => {
            AwsError::new("UnknownOperationException", no_operation())
        }
        ProtocolName::Query if name.is_empty() => {
            AwsError::new("MissingAction", "The request does not contain an Action parameter.")
        }
        ProtocolName::Query => AwsError::new(
            "InvalidAction",
            format!("Could not find operation {name} for version {}", model.api_version),
        ),
    }
}
