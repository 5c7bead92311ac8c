use async_trait::async_trait;
use hob_storage::MessageContent;

use super::decide::Failure;
use crate::Sns;
use crate::envelope::Envelope;
use crate::retry::DeliveryPolicy;

/// A POST to an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpRequest {
    /// `http` or `https`.
    pub url: String,
    /// By name, in lower case.
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

/// Why there was no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct HttpFailure(pub String);

/// How endpoints are reached.
#[async_trait]
pub trait HttpPost: Send + Sync {
    /// The status of the answer. Follows no redirection, and gives up after 15 seconds.
    async fn post(&self, request: HttpRequest) -> Result<u16, HttpFailure>;
}

pub(super) async fn deliver(
    sns: &Sns,
    url: &str,
    policy: &DeliveryPolicy,
    envelope: &Envelope<'_>,
) -> Result<(), Failure> {
    let request = request(url, policy, envelope);
    match sns.http.post(request).await {
        Ok(200..300) => Ok(()),
        // Source: "Amazon SNS message delivery retries": all others are permanent.
        Ok(status @ (429 | 500..600)) => {
            Err(Failure::temporary(&status.to_string(), "the endpoint answered with an error"))
        }
        Ok(status) => Err(Failure::permanent(&status.to_string(), "the endpoint answered with an error")),
        Err(failure) => Err(Failure::temporary("NoAnswer", failure)),
    }
}

fn request(url: &str, policy: &DeliveryPolicy, envelope: &Envelope<'_>) -> HttpRequest {
    let arn = &envelope.subscription.arn;
    let (kind, raw) = match &envelope.message.content {
        MessageContent::Notification(notification) => {
            let raw = envelope.subscription.settings.raw_message_delivery.then_some(notification);
            ("Notification", raw)
        }
        MessageContent::SubscriptionConfirmation { .. } => ("SubscriptionConfirmation", None),
        MessageContent::UnsubscribeConfirmation { .. } => ("UnsubscribeConfirmation", None),
    };
    let mut headers = vec![
        ("x-amz-sns-message-type", kind.to_owned()),
        ("x-amz-sns-message-id", envelope.message.message_id.clone()),
        ("x-amz-sns-topic-arn", arn.topic.to_string()),
    ];
    if kind != "SubscriptionConfirmation" {
        headers.push(("x-amz-sns-subscription-arn", arn.to_string()));
    }
    if raw.is_some() {
        headers.push(("x-amz-sns-rawdelivery", "true".to_owned()));
    }
    headers.push(("content-type", policy.content_type.clone()));
    headers.push(("user-agent", "Amazon Simple Notification Service Agent".to_owned()));
    headers.extend(envelope.message.trace_header.clone().map(|trace| ("x-amzn-trace-id", trace)));
    let body = raw.map_or_else(|| envelope.to_document(), |raw| envelope.text(raw).to_owned());
    HttpRequest { url: url.to_owned(), headers, body }
}
