//! Who is told of a change.

use std::net::IpAddr;

use hob_storage::{Announce, announce_nothing};

use crate::S3;

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
    pub(crate) fn announce(&self, _cause: Cause) -> Announce {
        announce_nothing()
    }
}
