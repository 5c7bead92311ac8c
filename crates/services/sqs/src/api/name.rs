//! How a request names queues, and how an answer does.

use hob_types::QueueArn;
use hob_wire::RequestContext;

use crate::{SqsError, name};

/// The queue of a URL.
pub(super) fn queue(context: &RequestContext, url: Option<String>) -> Result<QueueArn, SqsError> {
    name::of_url(&url.unwrap_or_default(), &context.account, &context.region)
}

/// The caller's own queue of that name.
pub(super) fn own_queue(context: &RequestContext, name: Option<String>) -> QueueArn {
    QueueArn {
        region: context.region.clone(),
        account: context.account.clone(),
        name: name.unwrap_or_default(),
    }
}

/// The caller's own queue of that ARN.
pub(super) fn arn(
    context: &RequestContext,
    parameter: &'static str,
    arn: Option<String>,
) -> Result<QueueArn, SqsError> {
    let text = arn.unwrap_or_default();
    match text.parse::<QueueArn>() {
        Ok(queue) if queue.account == context.account && queue.region == context.region => Ok(queue),
        _ => Err(SqsError::InvalidArn { parameter, arn: text }),
    }
}

/// By the way that the caller has reached the server.
pub(super) fn url(context: &RequestContext, queue: &QueueArn) -> String {
    url_of(context, &queue.name)
}

pub(super) fn url_of(context: &RequestContext, name: &str) -> String {
    format!("{}/{}/{name}", context.base_url, context.account)
}
