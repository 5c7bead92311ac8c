//! What a request turned out to ask for.

use std::borrow::Cow;

use http::request::Parts;

use crate::schema::{OperationModel, ProtocolName};
use crate::service::Service;

use super::uri::Labels;

/// The service of a request and the protocol that it speaks.
pub(crate) struct Target<'a> {
    pub service: &'a dyn Service,
    /// Of the service's templates in the routing table.
    pub(super) index: usize,
    pub protocol: ProtocolName,
    /// What the host says that otherwise begins the path, such as a bucket's name.
    pub first_segment: Option<String>,
}

impl Target<'_> {
    /// The path as it would be if all hosts were alike.
    pub(crate) fn path<'p>(&self, parts: &'p Parts) -> Cow<'p, str> {
        let path = parts.uri.path();
        match &self.first_segment {
            Some(first) => Cow::Owned(format!("/{first}{path}")),
            None => Cow::Borrowed(path),
        }
    }
}

pub(crate) enum Found {
    Operation {
        operation: &'static OperationModel,
        labels: Labels,
    },
    /// AWS has it, Hob has not.
    Unserved(&'static str),
    /// AWS has no such operation, either.
    Unknown(String),
}
