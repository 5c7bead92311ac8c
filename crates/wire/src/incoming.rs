//! The path of one request: its service, its operation, its body, who asks, and the handler.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;

use bytes::Bytes;
use hob_types::RequestId;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderValue, Method, Response};

use crate::answer::Body;
use crate::app::{App, Endpoint, RawRoute, ServerRoute, Settings};
use crate::body::{self, BodyError, Timed};
use crate::error::AwsError;
use crate::guard::host;
use crate::hook::{Hook, RawRequest};
use crate::identity::{self, Believed, Identity};
use crate::operation::{RequestContext, Source};
use crate::payload::Payload;
use crate::protocol::set_ids;
use crate::refusal;
use crate::request::{Request, media_type};
use crate::routing::{Found, Hints, Target};
use crate::schema::ProtocolName;
use crate::service::{Call, Exchange};
use crate::stream::{ByteStream, StreamError};

/// The largest body of a form and of what goes to a [`RawRoute`], in bytes.
const FORM_LIMIT: u64 = 10 << 20;

/// What requests to a [`ServerRoute`] are signed for.
const SERVER_SIGNING_NAME: &str = "hob";

/// A request on its way to its service.
pub(crate) struct Incoming<'a> {
    pub app: &'a App,
    pub endpoint: &'a Endpoint,
    pub peer: SocketAddr,
    pub request_id: RequestId,
    pub parts: &'a Parts,
}

impl Incoming<'_> {
    pub(crate) async fn answer<B>(&self, body: B) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes> + Send + Unpin + 'static,
    {
        if let Some(route) = self.app.raw_route(&self.parts.uri) {
            return self.answer_raw(route, body).await;
        }
        if let Some(route) = self.app.server_route(&self.parts.uri) {
            return self.answer_server_route(route, body).await;
        }
        let hints = Hints::of(self.parts, &self.app.settings.guard.hosts);
        let table = &self.app.table;
        if let Some(target) = table.settled(&hints) {
            return self.answer_service(&target, body).await;
        }
        // Only the body may still tell; one that cannot be read tells nothing.
        let body = body::read(self.parts, body, FORM_LIMIT).await.unwrap_or_default();
        match table.service_of_form(self.parts, &body).or_else(|| table.service_of_name(&hints)) {
            Some(target) => self.answer_service(&target, Body::new(body)).await,
            None => {
                let error = refusal::no_service(hints.wanted().as_deref());
                hints.likely_protocol().codec().write_error(None, &self.request_id, &error)
            }
        }
    }

    async fn answer_raw<B>(&self, route: &dyn RawRoute, body: B) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes> + Send + Unpin + 'static,
    {
        match body::read(self.parts, body, FORM_LIMIT).await {
            Ok(body) => route.answer(http::Request::from_parts(self.parts.clone(), body)).await,
            Err(error) => {
                let error = refusal::broken_body(error);
                ProtocolName::RestJson.codec().write_error(None, &self.request_id, &error)
            }
        }
    }

    async fn answer_server_route<B>(&self, route: &dyn ServerRoute, body: B) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes> + Send + Unpin + 'static,
    {
        match self.get(route, body).await {
            Ok(json) => {
                let mut response = Response::new(Body::new(json));
                response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                response
            }
            Err(error) => ProtocolName::RestJson.codec().write_error(None, &self.request_id, &error),
        }
    }

    async fn get<B>(&self, route: &dyn ServerRoute, body: B) -> Result<Bytes, AwsError>
    where
        B: http_body::Body<Data = Bytes> + Send + Unpin + 'static,
    {
        if let Endpoint::Environment(_) = self.endpoint {
            return Err(refusal::not_for_functions());
        }
        if self.parts.method != Method::GET {
            return Err(refusal::only_get(route.path()));
        }
        let body = body::read(self.parts, body, FORM_LIMIT).await.map_err(refusal::broken_body)?;
        let identity = self.identify(SERVER_SIGNING_NAME, ProtocolName::RestJson, &body)?;
        route.get(&identity, self.parts.uri.query().unwrap_or_default()).await
    }

    async fn answer_service<B>(&self, target: &Target<'_>, body: B) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes> + Send + Unpin + 'static,
    {
        let model = target.service.model();
        let answer = match target.protocol {
            ProtocolName::RestXml => self.find_first(target, body).await,
            _ => self.find(target, body).await,
        };
        answer.unwrap_or_else(|error| {
            target.protocol.codec().write_error(Some(model), &self.request_id, &error)
        })
    }

    /// Decides by the headers alone whether the request is served; its body is read by the handler, or for it.
    async fn find_first<B>(&self, target: &Target<'_>, body: B) -> Result<Response<Body>, AwsError>
    where
        B: http_body::Body<Data = Bytes> + Send + Unpin + 'static,
    {
        let body = ByteStream::new(Timed::new(body));
        let answer = match target.service.hook() {
            Some(hook) if is_raw(self.parts) => self.serve_raw(target, hook, &body).await,
            _ => self.serve_first(target, &body).await,
        };
        body::discard_rest(self.parts, &body).await;
        // Nor is it said how long the body of an error would be.
        match answer {
            Err(error) if self.parts.method == Method::HEAD => {
                let (model, codec) = (target.service.model(), target.protocol.codec());
                let answer = codec.write_error(Some(model), &self.request_id, &error);
                Ok(answer.map(|_| Body::default()))
            }
            answer => answer,
        }
    }

    async fn serve_raw(
        &self,
        target: &Target<'_>,
        hook: &dyn Hook,
        body: &ByteStream,
    ) -> Result<Response<Body>, AwsError> {
        let Settings { keys, verify_signatures, .. } = &self.app.settings;
        let keys = keys.as_ref();
        let (identity, keys) = match self.endpoint {
            Endpoint::Environment(environment) => (identity::of_environment(self.parts, environment), None),
            Endpoint::Network(_) if *verify_signatures => (identity::nobody(), Some(keys)),
            Endpoint::Network(_) => (identity::claimed(self.parts, keys), None),
        };
        let context = self.context(identity);
        let path = target.path(self.parts);
        let body = body.clone();
        let request = RawRequest { context: &context, parts: self.parts, path: &path, body, keys };
        let mut answer = or_panicked(hook.answer(request), target.protocol).await?;
        set_ids(&mut answer, &self.request_id);
        Ok(answer)
    }

    async fn serve_first(&self, target: &Target<'_>, body: &ByteStream) -> Result<Response<Body>, AwsError> {
        let Believed { identity, signer } = self.identify_first(target)?;
        let payload = Payload::of(self.parts)?;
        let plain = payload.plain_parts(self.parts);
        let parts = plain.as_ref().unwrap_or(self.parts);
        let body = payload.read(body, signer);
        let found = self.app.table.operation(target, parts, b"");
        let (body, stream) = match &found {
            Found::Operation { operation, .. } if !operation.takes_stream() => {
                let limit = operation.body_limit;
                let body = body.collect(limit).await.map_err(|error| match error {
                    StreamError::TooLarge => refusal::too_large_message(limit),
                    error => error.into(),
                })?;
                target.service.hook().map_or(Ok(()), |hook| hook.check_document(parts, &body))?;
                (body, ByteStream::default())
            }
            _ => (Bytes::new(), body),
        };
        self.call(target, identity, found, Request { parts, body, stream, labels: Vec::new() }).await
    }

    fn identify_first(&self, target: &Target<'_>) -> Result<Believed, AwsError> {
        let settings = &self.app.settings;
        let (keys, now) = (settings.keys.as_ref(), settings.clock.now());
        identity::check_expiry(self.parts, now)?;
        let identity = match self.endpoint {
            Endpoint::Environment(environment) => identity::of_environment(self.parts, environment),
            Endpoint::Network(_) if !settings.verify_signatures => identity::claimed(self.parts, keys),
            Endpoint::Network(_) => {
                let path = target.path(self.parts);
                let signing_name = target.service.model().signing_name;
                return identity::verified_upfront(self.parts, &path, signing_name, keys, now);
            }
        };
        Ok(Believed { identity, signer: None })
    }

    /// Finds the operation and reads the body, in the order that the protocol demands.
    async fn find<B>(&self, target: &Target<'_>, body: B) -> Result<Response<Body>, AwsError>
    where
        B: http_body::Body<Data = Bytes> + Send + Unpin + 'static,
    {
        let table = &self.app.table;
        if target.protocol == ProtocolName::Query {
            let body = body::read(self.parts, body, FORM_LIMIT).await.map_err(refusal::broken_body)?;
            let found = table.operation(target, self.parts, &body);
            return self.serve(target, found, body).await;
        }
        let found = table.operation(target, self.parts, b"");
        let limit = match &found {
            Found::Operation { operation, .. } => operation.body_limit,
            _ => FORM_LIMIT,
        };
        let body = body::read(self.parts, body, limit).await.map_err(|error| match (&found, error) {
            (Found::Operation { operation, .. }, BodyError::TooLarge) => refusal::too_large(operation),
            (_, error) => refusal::broken_body(error),
        })?;
        self.serve(target, found, body).await
    }

    async fn serve(
        &self,
        target: &Target<'_>,
        found: Found,
        body: Bytes,
    ) -> Result<Response<Body>, AwsError> {
        let identity = self.identify(target.service.model().signing_name, target.protocol, &body)?;
        let stream = ByteStream::default();
        self.call(target, identity, found, Request { parts: self.parts, body, stream, labels: Vec::new() })
            .await
    }

    async fn call(
        &self,
        target: &Target<'_>,
        identity: Identity,
        found: Found,
        mut request: Request<'_>,
    ) -> Result<Response<Body>, AwsError> {
        let model = target.service.model();
        let operation = match found {
            Found::Operation { operation, labels } => {
                request.labels = labels;
                operation
            }
            Found::Unserved(name) => return Err(refusal::unserved(model, target.protocol, name)),
            Found::Unknown(name) => return Err(refusal::unknown(model, target.protocol, &name)),
        };
        let context = self.context(identity);
        let protocol = target.protocol.codec();
        let exchange = Exchange { context: &context, request: &request, model, operation, protocol };
        let answer = or_panicked(target.service.call(exchange), target.protocol).await;
        let status = answer.as_ref().map_or("error", |_| "success");
        tracing::debug!(request_id = %self.request_id, operation = operation.route.name, status);
        answer
    }

    fn identify(
        &self,
        signing_name: &str,
        protocol: ProtocolName,
        body: &[u8],
    ) -> Result<Identity, AwsError> {
        let settings = &self.app.settings;
        let keys = settings.keys.as_ref();
        match self.endpoint {
            Endpoint::Environment(environment) => Ok(identity::of_environment(self.parts, environment)),
            Endpoint::Network(_) if !settings.verify_signatures => Ok(identity::claimed(self.parts, keys)),
            Endpoint::Network(_) => {
                identity::verified(self.parts, body, signing_name, keys, settings.clock.now())
                    .map_err(|refusal| identity::refuse(&refusal, protocol))
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
        let trace_header = self.parts.headers.get("x-amzn-trace-id").and_then(|value| value.to_str().ok());
        RequestContext {
            request_id: self.request_id,
            region,
            account,
            caller,
            base_url,
            source,
            trace_header: trace_header.map(str::to_owned),
        }
    }
}

/// What browsers send that SDKs do not: it is no operation.
fn is_raw(parts: &Parts) -> bool {
    let is_form = || media_type(parts).is_some_and(|media_type| media_type == "multipart/form-data");
    parts.method == Method::OPTIONS || (parts.method == Method::POST && is_form())
}

/// A handler that panics costs its caller the answer, and nobody else anything.
async fn or_panicked(mut call: Call<'_>, protocol: ProtocolName) -> Result<Response<Body>, AwsError> {
    poll_fn(|context| {
        // After a panic the call is not polled again, so nobody sees what it left unfinished.
        match catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(context))) {
            Ok(progress) => progress,
            Err(_) => Poll::Ready(Err(refusal::panicked(protocol))),
        }
    })
    .await
}
