//! Who is told of a change.

use std::net::IpAddr;

use hob_storage::Announce;

use crate::{S3, notification};

/// What is done to an object, as event types call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Put,
    Post,
    Copy,
    CompleteMultipartUpload,
    Delete,
    PutTagging,
    DeleteTagging,
    PutAcl,
}

/// What an event says of the request that caused it.
#[derive(Clone, Debug)]
pub(crate) struct Cause {
    pub(crate) action: Action,
    pub(crate) request_id: String,
    /// `x-amz-id-2`.
    pub(crate) extended_request_id: String,
    /// `AWS:` and the id of the user or role.
    pub(crate) principal_id: String,
    pub(crate) source_ip: Option<IpAddr>,
    pub(crate) trace_header: Option<String>,
}

impl S3 {
    /// What turns a change of that cause into events.
    pub(crate) fn announce(&self, cause: Cause) -> Announce {
        notification::announce(cause, self.now())
    }
}

#[cfg(test)]
impl Cause {
    pub(crate) fn example(action: Action) -> Self {
        Self {
            action,
            request_id: "REQUEST".to_owned(),
            extended_request_id: "HOST".to_owned(),
            principal_id: "AWS:AIDAEXAMPLE".to_owned(),
            source_ip: Some([192, 0, 2, 1].into()),
            trace_header: Some("Root=1-5759e988-bd862e3fe1be46a994272793".to_owned()),
        }
    }
}
