use hob_delivery::{FunctionEvent, Origin};
use hob_storage::MessageContent;
use hob_types::QualifiedFunctionArn;

use super::decide::Failure;
use super::queue::failure;
use crate::Sns;
use crate::envelope::Envelope;

/// The function's policy must let the topic invoke it.
pub(super) async fn deliver(
    sns: &Sns,
    function: &QualifiedFunctionArn,
    envelope: &Envelope<'_>,
) -> Result<(), Failure> {
    // Functions are not asked for their consent.
    let MessageContent::Notification(notification) = &envelope.message.content else { return Ok(()) };
    let topic = &envelope.subscription.arn.topic;
    let origin = Origin {
        service: "sns.amazonaws.com",
        source_arn: topic.to_string(),
        source_account: topic.account.clone(),
    };
    let functions = sns.neighbours.functions().map_err(failure)?;
    if !functions.permits(function, &origin).await.map_err(failure)? {
        return Err(Failure::permanent(
            "AccessDenied",
            "the function's policy does not let the topic invoke it",
        ));
    }
    let event = FunctionEvent {
        payload: envelope.to_event(notification).into(),
        trace_header: envelope.message.trace_header.clone(),
        origin: Some(origin),
    };
    functions.send(function, event).await.map_err(failure)
}
