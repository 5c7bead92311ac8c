//! What a request turned out to ask for.

use crate::schema::{OperationModel, ProtocolName};
use crate::service::Service;

use super::uri::Labels;

/// The service of a request and the protocol that it speaks.
#[derive(Clone, Copy)]
pub(crate) struct Target<'a> {
    pub service: &'a dyn Service,
    /// Of the service's templates in the routing table.
    pub(super) index: usize,
    pub protocol: ProtocolName,
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
