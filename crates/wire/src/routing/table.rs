//! Finds the service by what is most certain about a request, then the operation by that service's model.

use http::Method;
use http::request::Parts;

use super::target::{Found, Target};
use super::uri::{self, Template};
use crate::guard::host;
use crate::protocol::parameter;
use crate::request::media_type;
use crate::schema::{Model, OperationModel, ProtocolName, Route};
use crate::service::Service;
use crate::sigv4::Credential;

/// All services and their templates.
#[derive(Default)]
pub(crate) struct RoutingTable {
    services: Vec<Box<dyn Service>>,
    templates: Vec<Vec<Candidate>>,
}

struct Candidate {
    method: Method,
    template: Template,
    operation: Candidacy,
}

#[derive(Clone, Copy)]
enum Candidacy {
    Served(&'static OperationModel),
    Unserved(&'static str),
}

/// What a request says about the service that it wants.
pub(crate) struct Hints<'a> {
    pub parts: &'a Parts,
    credential: Option<Credential<'a>>,
    target: Option<(&'a str, &'a str)>,
}

impl<'a> Hints<'a> {
    pub(crate) fn of(parts: &'a Parts) -> Self {
        let target = parts.headers.get("x-amz-target").and_then(|value| value.to_str().ok());
        Self {
            parts,
            credential: Credential::of(parts),
            target: target.and_then(|text| text.rsplit_once('.')),
        }
    }

    /// The signing name of a signed request, for the answer that there is no such service.
    pub(crate) fn wanted(&self) -> Option<String> {
        match (&self.credential, self.target) {
            (Some(credential), _) => Some(credential.service.to_string()),
            (None, Some((prefix, _))) => Some(prefix.to_owned()),
            (None, None) => None,
        }
    }

    fn is_query(&self) -> bool {
        self.target.is_none() && (is_form(self.parts) || self.names_action())
    }

    /// In the query of the URI.
    fn names_action(&self) -> bool {
        let query = self.parts.uri.query().unwrap_or_default();
        parameter(query, b"", "Action").is_some()
    }

    /// How an answer is written when nobody knows the service.
    pub(crate) fn likely_protocol(&self) -> ProtocolName {
        if self.target.is_some() {
            ProtocolName::Json11
        } else if is_form(self.parts) {
            ProtocolName::Query
        } else {
            ProtocolName::RestJson
        }
    }
}

fn is_form(parts: &Parts) -> bool {
    media_type(parts).is_some_and(|media_type| media_type == "application/x-www-form-urlencoded")
}

impl RoutingTable {
    pub(crate) fn add(&mut self, service: Box<dyn Service>) {
        let model = service.model();
        let served = model.operations.iter();
        let served = served.map(|operation| Candidate::new(&operation.route, Candidacy::Served(operation)));
        let unserved = model.unserved.iter();
        let unserved = unserved.map(|route| Candidate::new(route, Candidacy::Unserved(route.name)));
        self.templates.push(served.chain(unserved).collect());
        self.services.push(service);
    }

    /// The target header and the signature say it outright; the host and the path are what is left.
    pub(crate) fn service(&self, hints: &Hints<'_>) -> Option<Target<'_>> {
        let index = self.by_target(hints).or_else(|| self.by_signature(hints));
        let index = index.or_else(|| self.by_host(hints));
        // The path of a request that names an action is a resource's, such as a queue's.
        let index = if hints.names_action() { index } else { index.or_else(|| self.by_path(hints)) }?;
        let service = self.services[index].as_ref();
        Some(Target { service, index, protocol: spoken(service.model(), hints)? })
    }

    /// An unsigned form names an operation, and by its version the service.
    pub(crate) fn service_of_form(&self, parts: &Parts, body: &[u8]) -> Option<Target<'_>> {
        let query = parts.uri.query().unwrap_or_default();
        let (action, version) = (parameter(query, body, "Action")?, parameter(query, body, "Version"));
        let index = self.find(|model| {
            model.protocols.contains(&ProtocolName::Query)
                && version.as_ref().is_none_or(|version| version == model.api_version)
                && !matches!(by_name(model, &action), Found::Unknown(_))
        })?;
        Some(Target { service: self.services[index].as_ref(), index, protocol: ProtocolName::Query })
    }

    fn find(&self, matches: impl Fn(&'static Model) -> bool) -> Option<usize> {
        self.services.iter().position(|service| matches(service.model()))
    }

    fn by_target(&self, hints: &Hints<'_>) -> Option<usize> {
        let (prefix, _) = hints.target?;
        self.find(|model| model.target_prefix == Some(prefix))
    }

    fn by_signature(&self, hints: &Hints<'_>) -> Option<usize> {
        let credential = hints.credential.as_ref()?;
        self.find(|model| model.signing_name == credential.service)
    }

    /// `lambda.us-east-1.amazonaws.com`, `lambda.localhost`.
    fn by_host(&self, hints: &Hints<'_>) -> Option<usize> {
        let host = host(hints.parts)?;
        let (first, _) = host.host().split_once('.')?;
        self.find(|model| model.endpoint_prefix == first)
    }

    fn by_path(&self, hints: &Hints<'_>) -> Option<usize> {
        self.services.iter().enumerate().position(|(index, service)| {
            service.model().protocols.contains(&ProtocolName::RestJson)
                && self.best(index, hints.parts).is_some()
        })
    }

    /// `body` is looked at only where the operation stands in it.
    pub(crate) fn operation(&self, target: Target<'_>, parts: &Parts, body: &[u8]) -> Found {
        let model = target.service.model();
        match target.protocol {
            ProtocolName::RestJson => match self.best(target.index, parts) {
                Some(Candidate { operation: Candidacy::Served(operation), template, .. }) => {
                    Found::Operation { operation, labels: template.labels(parts.uri.path()) }
                }
                Some(Candidate { operation: Candidacy::Unserved(name), .. }) => Found::Unserved(name),
                None => Found::Unknown(format!("{} {}", parts.method, parts.uri.path())),
            },
            ProtocolName::Json10 | ProtocolName::Json11 => by_name(model, named_by_target(parts)),
            ProtocolName::Query => by_name(model, &named_by_action(parts, body)),
        }
    }

    fn best(&self, index: usize, parts: &Parts) -> Option<&Candidate> {
        let (path, query) = (parts.uri.path(), parts.uri.query().unwrap_or_default());
        let length = uri::length(path);
        let mut best = None;
        for candidate in self.templates[index].iter().filter(|candidate| candidate.template.fits(length)) {
            if candidate.method == parts.method
                && let Some(literals) = candidate.template.matches(path, query)
                && best.as_ref().is_none_or(|(most, _)| literals > *most)
            {
                best = Some((literals, candidate));
            }
        }
        best.map(|(_, candidate)| candidate)
    }
}

impl Candidate {
    fn new(route: &'static Route, operation: Candidacy) -> Self {
        let method = Method::from_bytes(route.method.as_bytes()).unwrap_or(Method::POST);
        Self { method, template: Template::parse(route.uri), operation }
    }
}

/// Of the protocols of a service, the one that this request is written in.
fn spoken(model: &'static Model, hints: &Hints<'_>) -> Option<ProtocolName> {
    let is_json = |protocol: &&ProtocolName| matches!(protocol, ProtocolName::Json10 | ProtocolName::Json11);
    let wanted = if hints.target.is_some() {
        model.protocols.iter().find(is_json)
    } else if hints.is_query() {
        model.protocols.iter().find(|protocol| **protocol == ProtocolName::Query)
    } else {
        None
    };
    wanted.or(model.protocols.first()).copied()
}

fn named_by_target(parts: &Parts) -> &str {
    let target = parts.headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    target.rsplit_once('.').map_or(target, |(_, name)| name)
}

fn named_by_action(parts: &Parts, body: &[u8]) -> String {
    let query = parts.uri.query().unwrap_or_default();
    parameter(query, body, "Action").unwrap_or_default()
}

fn by_name(model: &'static Model, name: &str) -> Found {
    if let Some(operation) = model.operations.iter().find(|operation| operation.route.name == name) {
        return Found::Operation { operation, labels: Vec::new() };
    }
    match model.unserved.iter().find(|route| route.name == name) {
        Some(route) => Found::Unserved(route.name),
        None => Found::Unknown(name.to_owned()),
    }
}
