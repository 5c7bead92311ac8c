//! Finds the service by what is most certain about a request, then the operation by that service's model.

use http::Method;
use http::request::Parts;

use super::target::{Found, Target};
use super::uri::{self, Template};
use super::virtual_host::{chosen_name, has_prefix, is_name};
use crate::guard::host;
use crate::protocol::parameter;
use crate::request::media_type;
use crate::schema::{Kind, Location, Member, Model, OperationModel, ProtocolName, Route};
use crate::service::Service;
use crate::sigv4::Credential;

/// All services and their templates.
#[derive(Default)]
pub(crate) struct RoutingTable {
    services: Vec<Box<dyn Service>>,
    templates: Vec<Templates>,
}

/// Those of one service.
struct Templates {
    candidates: Vec<Candidate>,
    /// What can be asked of what a path names, such as `acl`: nothing else is meant where one is asked for. Only in
    /// rest-xml.
    parts: Vec<&'static str>,
}

struct Candidate {
    method: Method,
    template: Template,
    /// The headers and parameters that tell it from others of the same template.
    demands: Vec<&'static Member>,
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
    /// The hosts that the server has besides AWS's and `localhost`.
    own_hosts: &'a [String],
    credential: Option<Credential<'a>>,
    target: Option<(&'a str, &'a str)>,
}

impl<'a> Hints<'a> {
    pub(crate) fn of(parts: &'a Parts, own_hosts: &'a [String]) -> Self {
        let target = parts.headers.get("x-amz-target").and_then(|value| value.to_str().ok());
        Self {
            parts,
            own_hosts,
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

    /// Whether the request says which service it wants.
    fn names_a_service(&self) -> bool {
        self.credential.is_some() || self.target.is_some()
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
        self.templates.push(Templates::of(model));
        self.services.push(service);
    }

    /// The target header and the signature say it outright; the host and the path are what is left.
    fn service(&self, hints: &Hints<'_>) -> Option<Target<'_>> {
        let index = self.by_target(hints).or_else(|| self.by_signature(hints));
        let index = index.or_else(|| self.by_virtual_host(hints)).or_else(|| self.by_host(hints));
        // The path of a request that names an action is a resource's, such as a queue's.
        let index = if hints.names_action() { index } else { index.or_else(|| self.by_path(hints)) };
        self.target(index?, hints)
    }

    /// The service of a request whose body is not needed to tell.
    pub(crate) fn settled(&self, hints: &Hints<'_>) -> Option<Target<'_>> {
        let by_query = || self.service_of_form(hints.parts, b"");
        let by_name = || self.service_of_name(hints).filter(|_| !is_form(hints.parts));
        self.service(hints).or_else(by_query).or_else(by_name)
    }

    /// The service that takes what no other does: a request that says nothing but a name that somebody chose.
    pub(crate) fn service_of_name(&self, hints: &Hints<'_>) -> Option<Target<'_>> {
        let index = self.find(|model| model.virtual_hosts && !hints.names_a_service())?;
        let target = self.target(index, hints)?;
        let path = target.path(hints.parts);
        let name = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        is_name(name).then_some(target)
    }

    fn target(&self, index: usize, hints: &Hints<'_>) -> Option<Target<'_>> {
        let service = self.services[index].as_ref();
        let model = service.model();
        let host = if model.virtual_hosts { host(hints.parts) } else { None };
        let first_segment =
            host.and_then(|host| chosen_name(host.host(), model.endpoint_prefix, hints.own_hosts));
        Some(Target { service, index, protocol: spoken(model, hints)?, first_segment })
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
        let service = self.services[index].as_ref();
        Some(Target { service, index, protocol: ProtocolName::Query, first_segment: None })
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

    /// `photos.s3.us-east-1.amazonaws.com`
    fn by_virtual_host(&self, hints: &Hints<'_>) -> Option<usize> {
        let host = host(hints.parts)?;
        self.find(|model| {
            model.virtual_hosts && has_prefix(host.host(), model.endpoint_prefix, hints.own_hosts)
        })
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
                && self.best(index, hints.parts, hints.parts.uri.path()).is_some()
        })
    }

    /// `body` is looked at only where the operation stands in it.
    pub(crate) fn operation(&self, target: &Target<'_>, parts: &Parts, body: &[u8]) -> Found {
        let model = target.service.model();
        match target.protocol {
            ProtocolName::RestJson | ProtocolName::RestXml => {
                let path = target.path(parts);
                match self.best(target.index, parts, &path) {
                    Some(Candidate { operation: Candidacy::Served(operation), template, .. }) => {
                        Found::Operation { operation, labels: template.labels(&path) }
                    }
                    Some(Candidate { operation: Candidacy::Unserved(name), .. }) => Found::Unserved(name),
                    None => Found::Unknown(format!("{} {}", parts.method, parts.uri.path())),
                }
            }
            ProtocolName::Json10 | ProtocolName::Json11 => by_name(model, named_by_target(parts)),
            ProtocolName::Query => by_name(model, &named_by_action(parts, body)),
        }
    }

    fn best(&self, index: usize, parts: &Parts, path: &str) -> Option<&Candidate> {
        let query = parts.uri.query().unwrap_or_default();
        let length = uri::length(path);
        let Templates { candidates, parts: known } = &self.templates[index];
        let asked: Vec<&str> =
            uri::parameters(query).map(|(name, _)| name).filter(|name| known.contains(name)).collect();
        let mut best = None;
        for candidate in candidates.iter().filter(|candidate| candidate.template.fits(length)) {
            if candidate.method == parts.method
                && let Some(literals) = candidate.template.matches(path, query)
                && candidate.is_meant(parts, query, &asked)
                && best.as_ref().is_none_or(|(most, _)| literals + candidate.demands.len() > *most)
            {
                best = Some((literals + candidate.demands.len(), candidate));
            }
        }
        best.map(|(_, candidate)| candidate)
    }
}

impl Templates {
    fn of(model: &'static Model) -> Self {
        let served = model.operations.iter();
        let served = served.map(|operation| Candidate::new(&operation.route, Candidacy::Served(operation)));
        let unserved = model.unserved.iter();
        let unserved = unserved.map(|route| Candidate::new(route, Candidacy::Unserved(route.name)));
        let mut candidates: Vec<Candidate> = served.chain(unserved).collect();
        if !model.protocols.contains(&ProtocolName::RestXml) {
            return Self { candidates, parts: Vec::new() };
        }
        candidates.iter_mut().for_each(Candidate::demand_what_its_template_does_not);
        let parts = candidates.iter().flat_map(|candidate| candidate.template.parts()).collect();
        Self { candidates, parts }
    }
}

impl Candidate {
    fn new(route: &'static Route, operation: Candidacy) -> Self {
        let method = Method::from_bytes(route.method.as_bytes()).unwrap_or(Method::POST);
        Self { method, template: Template::parse(route.uri), demands: Vec::new(), operation }
    }

    /// PutObject, CopyObject, UploadPart and UploadPartCopy have one template; what their inputs require differs.
    fn demand_what_its_template_does_not(&mut self) {
        let Candidacy::Served(operation) = self.operation else { return };
        let Kind::Structure(input) = operation.input.kind else { return };
        if !self.template.has_query() {
            let demanded = |member: &&Member| {
                member.required && matches!(member.location, Location::Query | Location::Header)
            };
            self.demands = input.members.iter().filter(demanded).collect();
        }
    }

    fn is_meant(&self, parts: &Parts, query: &str, asked: &[&str]) -> bool {
        let has = |member: &&Member| match member.location {
            Location::Header => parts.headers.contains_key(member.wire_name),
            _ => uri::parameters(query).any(|(name, _)| name == member.wire_name),
        };
        self.demands.iter().all(has)
            && asked.iter().all(|name| self.template.parts().any(|part| part == *name))
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
