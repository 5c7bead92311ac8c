use hob_storage::{
    MessageContent, MessageRecord, Notification, Publication, Published, SubscriptionRecord, TopicRecord,
};
use hob_types::{SubscriptionArn, TopicArn};

use super::deduplication;
use crate::filter::FilterPolicy;
use crate::{Sns, SnsError};

/// Where messages come from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Source {
    /// `X-Amzn-Trace-Id`.
    pub trace_header: Option<String>,
}

/// How many subscriptions are read at once.
const SUBSCRIPTIONS_AT_ONCE: usize = 1000;

impl Sns {
    /// Stores all of the messages, or none, with a delivery for each subscription that wants them, and answers then.
    pub(crate) async fn publish(
        &self,
        topic: &TopicRecord,
        notifications: Vec<Notification>,
        source: &Source,
    ) -> Result<Vec<Published>, SnsError> {
        let subscriptions = self.recipients_of(&topic.arn).await?;
        let messages: Vec<Publication> = notifications
            .into_iter()
            .map(|notification| self.new_message(topic, notification, source, &subscriptions))
            .collect();
        let woken: Vec<SubscriptionArn> =
            messages.iter().flat_map(|message| message.recipients.iter().cloned()).collect();
        let published = self.store.publish(&topic.arn, messages).await?.ok_or(SnsError::NoTopic)?;
        self.wakes.wake(woken);
        Ok(published)
    }

    fn new_message(
        &self,
        topic: &TopicRecord,
        notification: Notification,
        source: &Source,
        subscriptions: &[Recipient],
    ) -> Publication {
        let now = self.now();
        let wanting = subscriptions.iter().filter(|recipient| recipient.wants(&notification));
        Publication {
            recipients: wanting.map(|recipient| recipient.arn.clone()).collect(),
            ordering: deduplication::ordering(topic, &notification, now),
            message: MessageRecord {
                message_id: self.new_message_id(),
                published: now,
                content: MessageContent::Notification(notification),
                trace_header: source.trace_header.clone(),
            },
        }
    }

    async fn recipients_of(&self, topic: &TopicArn) -> Result<Vec<Recipient>, SnsError> {
        let mut recipients = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let page =
                self.store.subscriptions_of_topic(topic, after.as_deref(), SUBSCRIPTIONS_AT_ONCE).await?;
            let is_last = page.len() < SUBSCRIPTIONS_AT_ONCE;
            after = page.last().map(|record| record.arn.to_string());
            recipients.extend(page.into_iter().filter_map(Recipient::of));
            if is_last {
                return Ok(recipients);
            }
        }
    }
}

/// A confirmed subscription and what it wants.
struct Recipient {
    arn: SubscriptionArn,
    filter: Option<FilterPolicy>,
}

impl Recipient {
    fn of(record: SubscriptionRecord) -> Option<Self> {
        let scope = record.settings.filter_policy_scope;
        let filter = record.settings.filter_policy.map(|policy| FilterPolicy::parse(&policy, scope));
        let filter = filter.transpose().inspect_err(|problem| {
            tracing::error!(subscription = %record.arn, %problem, "a stored filter policy cannot be read");
        });
        record.state.is_confirmed().then_some(Self { arn: record.arn, filter: filter.ok()? })
    }

    fn wants(&self, notification: &Notification) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.matches(notification))
    }
}
