//! All services behind one door: from a request to the answer, without a socket.

use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use hob_types::{Clock, Random, RequestId};
use http::header::ORIGIN;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Response, Uri};

use crate::answer::Body;
use crate::cors;
use crate::error::AwsError;
use crate::guard::{Forbidden, Guard};
use crate::hook::{Hook, Page};
use crate::identity::{EnvironmentIdentity, Identity};
use crate::incoming::Incoming;
use crate::keys::Keys;
use crate::refusal;
use crate::routing::{Hints, RoutingTable};
use crate::schema::ProtocolName;
use crate::service::Service;

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

/// Answers GET for a path that is no AWS service's, to those who may also call the services.
#[async_trait]
pub trait ServerRoute: Send + Sync {
    /// Such as `/_hob/usage`. Requests to it are signed for the service `hob`.
    fn path(&self) -> &'static str;

    /// JSON. `query` is what follows the question mark, as it was sent.
    async fn get(&self, identity: &Identity, query: &str) -> Result<Bytes, AwsError>;
}

/// The services and what holds for all of them.
pub struct App {
    pub(crate) settings: Settings,
    pub(crate) table: RoutingTable,
    pub(crate) routes: Vec<Box<dyn RawRoute>>,
    pub(crate) server_routes: Vec<Box<dyn ServerRoute>>,
}

impl App {
    pub fn new(settings: Settings) -> Self {
        Self { settings, table: RoutingTable::default(), routes: Vec::new(), server_routes: Vec::new() }
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

    #[must_use]
    pub fn with_server_route(mut self, route: impl ServerRoute + 'static) -> Self {
        self.server_routes.push(Box::new(route));
        self
    }

    pub(crate) fn server_route(&self, uri: &Uri) -> Option<&dyn ServerRoute> {
        self.server_routes.iter().find(|route| uri.path() == route.path()).map(Box::as_ref)
    }

    pub(crate) fn raw_route(&self, uri: &Uri) -> Option<&dyn RawRoute> {
        self.routes.iter().find(|route| uri.path().starts_with(route.prefix())).map(Box::as_ref)
    }

    /// Answers one request. `peer` is who sent it. Dropping the future drops the handler's.
    pub async fn handle<B>(
        &self,
        endpoint: &Endpoint,
        peer: SocketAddr,
        request: http::Request<B>,
    ) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes> + Send + Unpin + 'static,
    {
        let request_id = RequestId::random(self.settings.random.as_ref());
        let (parts, body) = request.into_parts();
        let hooked = self.hooked(&parts);
        let of_hook = match &hooked {
            Some(hooked) if parts.method != Method::OPTIONS => hooked.admit(&parts).await,
            _ => None,
        };
        let page = match self.admit(endpoint, &parts) {
            Ok(page) => page.cloned(),
            // A preflight is the hook's to answer, and what its rules admit is admitted.
            Err(Forbidden::Origin(_))
                if of_hook.is_some() || (hooked.is_some() && parts.method == Method::OPTIONS) =>
            {
                None
            }
            Err(forbidden) => {
                let error = refusal::forbidden(&forbidden);
                return ProtocolName::RestJson.codec().write_error(None, &request_id, &error);
            }
        };
        let mut response = if page.is_some() && cors::is_preflight(&parts) {
            cors::preflight(&parts)
        } else {
            let incoming = Incoming { app: self, endpoint, peer, request_id, parts: &parts };
            incoming.answer(body).await
        };
        response.headers_mut().extend(of_hook.unwrap_or_default());
        if let Some(page) = page {
            cors::allow(&mut response, &page);
        }
        response
    }

    /// The hook that has a say in which pages a request may come from, if a page sent it.
    fn hooked(&self, parts: &Parts) -> Option<HookedTarget<'_>> {
        let origin = parts.headers.get(ORIGIN)?.to_str().ok()?.to_owned();
        if self.raw_route(&parts.uri).is_some() || self.server_route(&parts.uri).is_some() {
            return None;
        }
        let target = self.table.settled(&Hints::of(parts, &self.settings.guard.hosts))?;
        Some(HookedTarget { hook: target.service.hook()?, path: target.path(parts).into_owned(), origin })
    }

    /// No web page runs inside an execution environment, so nothing is guarded there.
    fn admit<'a>(&self, endpoint: &Endpoint, parts: &'a Parts) -> Result<Option<&'a HeaderValue>, Forbidden> {
        match endpoint {
            Endpoint::Environment(_) => Ok(None),
            Endpoint::Network(_) => self.settings.guard.check(parts),
        }
    }
}

/// Where a page's request goes.
struct HookedTarget<'a> {
    hook: &'a dyn Hook,
    path: String,
    origin: String,
}

impl HookedTarget<'_> {
    async fn admit(&self, parts: &Parts) -> Option<HeaderMap> {
        self.hook.admit(Page { origin: &self.origin, parts, path: &self.path }).await
    }
}
