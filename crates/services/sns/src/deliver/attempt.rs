use hob_storage::{Delivery, MessageContent, Settlement, SubscriptionEndpoint, SubscriptionRecord};
use tokio::time::sleep;

use super::decide::{Failure, after_attempt, after_dead_letter};
use super::lane::Target;
use super::run::REST;
use super::{function, http, queue};
use crate::Sns;
use crate::envelope::Envelope;
use crate::retry::RetrySchedule;

/// Tries once, and stores what follows from it.
pub(super) async fn run(sns: &Sns, target: &Target, delivery: Delivery) {
    let settlement = match &delivery.failure {
        None => deliver(sns, target, &delivery).await,
        Some(_) => hand_over(sns, target, &delivery).await,
    };
    while let Err(error) = sns.store.settle(delivery.id, settlement.clone()).await {
        tracing::error!(%error, "what became of a delivery cannot be stored");
        sleep(REST).await;
    }
}

async fn deliver(sns: &Sns, target: &Target, delivery: &Delivery) -> Settlement {
    let subscription = &target.subscription;
    if !is_wanted(subscription, &delivery.message.content) {
        return Settlement::Done;
    }
    let outcome = attempt(sns, target, delivery).await;
    if let Err(failure) = &outcome {
        let attempts = delivery.attempts + 1;
        tracing::warn!(subscription = %subscription.arn, attempts, ?failure, "a message was not delivered");
    }
    let schedule = match subscription.endpoint {
        SubscriptionEndpoint::Http(_) | SubscriptionEndpoint::Https(_) => target.policy.schedule(),
        SubscriptionEndpoint::Function(_) | SubscriptionEndpoint::Queue(_) => RetrySchedule::AWS_MANAGED,
    };
    let is_notification = matches!(delivery.message.content, MessageContent::Notification(_));
    let has_dead_letter_queue = is_notification && subscription.settings.dead_letter_queue.is_some();
    after_attempt(outcome, delivery.attempts, &schedule, has_dead_letter_queue, sns.now())
}

/// What was published before a subscription ended is not delivered after it.
fn is_wanted(subscription: &SubscriptionRecord, content: &MessageContent) -> bool {
    match content {
        MessageContent::Notification(_) => subscription.state.is_confirmed(),
        MessageContent::SubscriptionConfirmation { token }
        | MessageContent::UnsubscribeConfirmation { token } => subscription.state.token() == Some(token),
    }
}

async fn attempt(sns: &Sns, target: &Target, delivery: &Delivery) -> Result<(), Failure> {
    let key = signing_key(sns, &target.subscription).await?;
    let envelope = Envelope {
        subscription: &target.subscription,
        message: &delivery.message,
        sequence_number: delivery.sequence_number,
        key: key.as_deref(),
    };
    match &target.subscription.endpoint {
        SubscriptionEndpoint::Function(function) => function::deliver(sns, function, &envelope).await,
        SubscriptionEndpoint::Queue(queue) => queue::deliver(sns, queue, &envelope).await,
        SubscriptionEndpoint::Http(url) | SubscriptionEndpoint::Https(url) => {
            http::deliver(sns, url, &target.policy, &envelope).await
        }
    }
}

async fn signing_key(
    sns: &Sns,
    subscription: &SubscriptionRecord,
) -> Result<Option<std::sync::Arc<crate::signature::SigningKey>>, Failure> {
    if subscription.arn.topic.is_fifo() {
        return Ok(None);
    }
    sns.signatures.key().await.map(Some).map_err(|error| Failure::temporary("InternalError", error))
}

/// To the dead-letter queue, if there still is one.
async fn hand_over(sns: &Sns, target: &Target, delivery: &Delivery) -> Settlement {
    let Some(queue) = &target.subscription.settings.dead_letter_queue else { return Settlement::Done };
    let outcome = async {
        let key = signing_key(sns, &target.subscription).await?;
        let envelope = Envelope {
            subscription: &target.subscription,
            message: &delivery.message,
            sequence_number: delivery.sequence_number,
            key: key.as_deref(),
        };
        queue::deliver(sns, queue, &envelope).await
    }
    .await;
    if let Err(failure) = &outcome {
        tracing::warn!(%queue, ?failure, "a message was not taken by the dead-letter queue");
    }
    after_dead_letter(outcome, delivery.attempts, sns.now())
}
