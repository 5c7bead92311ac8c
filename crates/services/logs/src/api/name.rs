//! How AWS names groups and streams.

use hob_storage::{LogGroupId, LogStreamId};
use hob_types::Timestamp;
use hob_wire::RequestContext;

use crate::LogsError;

/// The caller's own group of that name.
pub(super) fn group(context: &RequestContext, name: Option<String>) -> LogGroupId {
    LogGroupId {
        account: context.account.clone(),
        region: context.region.clone(),
        name: name.unwrap_or_default(),
    }
}

pub(super) fn stream(
    context: &RequestContext,
    group_name: Option<String>,
    name: Option<String>,
) -> LogStreamId {
    LogStreamId { group: group(context, group_name), name: name.unwrap_or_default() }
}

/// Of `logGroupName` and `logGroupIdentifier` exactly one is given.
pub(super) fn named_or_identified(
    context: &RequestContext,
    name: Option<String>,
    identifier: Option<String>,
) -> Result<LogGroupId, LogsError> {
    match (name, identifier) {
        (Some(name), None) => Ok(group(context, Some(name))),
        (None, Some(identifier)) => identified(context, &identifier),
        _ => Err(LogsError::GroupNotNamed),
    }
}

/// An identifier is a name or an ARN.
pub(super) fn identified(context: &RequestContext, identifier: &str) -> Result<LogGroupId, LogsError> {
    match identifier.starts_with("arn:") {
        true => of_arn(context, identifier),
        false => Ok(group(context, Some(identifier.to_owned()))),
    }
}

/// With or without `:*` at its end. Another account's groups are not to be seen.
pub(super) fn of_arn(context: &RequestContext, arn: &str) -> Result<LogGroupId, LogsError> {
    let mut parts = arn.splitn(7, ':').skip(2);
    let is = |expected: &str, part: Option<&str>| part == Some(expected);
    let is_ours = is("logs", parts.next())
        && is(context.region.as_str(), parts.next())
        && is(context.account.as_str(), parts.next())
        && is("log-group", parts.next());
    match parts.next() {
        Some(name) if is_ours => Ok(group(context, Some(name.strip_suffix(":*").unwrap_or(name).to_owned()))),
        _ => Err(LogsError::NoGroup),
    }
}

/// Without the `:*` that AWS appends in `arn`, and leaves out in `logGroupArn`.
pub(super) fn group_arn(group: &LogGroupId) -> String {
    format!("arn:aws:logs:{}:{}:log-group:{}", group.region, group.account, group.name)
}

pub(super) fn stream_arn(group: &LogGroupId, stream: &str) -> String {
    format!("{}:log-stream:{stream}", group_arn(group))
}

/// Sequence tokens order nothing any more, but are still part of the answers.
pub(super) fn sequence_token(last_ingestion: Timestamp) -> String {
    format!("49{:054}", last_ingestion.as_millis())
}
