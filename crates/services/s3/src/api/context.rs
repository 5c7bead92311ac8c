//! What the rules need to know of a request.

use hob_wire::{RequestContext, Source, extended_request_id};

use super::configuration::access;
use crate::announce::{Action, Cause};
use crate::object::ObjectAccess;

pub(super) fn object_access(
    context: &RequestContext,
    bucket: Option<String>,
    key: Option<String>,
    version_id: Option<String>,
    expected_owner: Option<String>,
) -> ObjectAccess {
    let bucket = access(context, bucket, expected_owner);
    // An empty one is what some clients send who want the latest.
    let version_id = version_id.filter(|id| !id.is_empty());
    ObjectAccess { bucket, key: key.unwrap_or_default(), version_id }
}

pub(super) fn cause(context: &RequestContext, action: Action) -> Cause {
    let source_ip = match context.source {
        Source::Network(address) => Some(address.ip()),
        Source::Environment(_) => None,
    };
    Cause {
        action,
        request_id: context.request_id.to_string(),
        extended_request_id: extended_request_id(&context.request_id),
        principal_id: format!("AWS:{}", context.caller.user_id),
        source_ip,
        trace_header: context.trace_header.clone(),
    }
}
