use std::collections::BTreeMap;

use hob_storage::{SubscriptionRecord, SubscriptionState};
use hob_types::{AccountId, Region, SubscriptionArn, TopicArn};

use super::attribute::of_subscription;
use crate::page::{self, PAGE, Page};
use crate::retry::TopicDeliveryPolicy;
use crate::{Sns, SnsError};

impl Sns {
    pub(crate) async fn subscription(
        &self,
        subscription: &SubscriptionArn,
    ) -> Result<SubscriptionRecord, SnsError> {
        self.store.subscription(subscription).await?.ok_or(SnsError::NoSubscription)
    }

    pub(crate) async fn subscription_attributes(
        &self,
        subscription: &SubscriptionArn,
    ) -> Result<BTreeMap<String, String>, SnsError> {
        let record = self.subscription(subscription).await?;
        let topic = self.topic(&subscription.topic).await?;
        let policy = topic.settings.delivery_policy.and_then(|policy| policy.parse().ok());
        let policy: TopicDeliveryPolicy = policy.unwrap_or_default();
        Ok(of_subscription(&record, &policy))
    }

    pub(crate) async fn subscriptions(
        &self,
        account: &AccountId,
        region: &Region,
        token: Option<&str>,
    ) -> Result<Page<SubscriptionRecord>, SnsError> {
        let scope = format!("subscriptions {account} {region}");
        let after = token.map(|token| page::unseal(&scope, token)).transpose()?;
        let found = self.store.subscriptions(account, region, after.as_deref(), PAGE + 1).await?;
        Ok(Page::cut(found, &scope, |record| record.arn.to_string()))
    }

    pub(crate) async fn subscriptions_of_topic(
        &self,
        topic: &TopicArn,
        token: Option<&str>,
    ) -> Result<Page<SubscriptionRecord>, SnsError> {
        self.topic(topic).await?;
        let scope = format!("subscriptions {topic}");
        let after = token.map(|token| page::unseal(&scope, token)).transpose()?;
        let found = self.store.subscriptions_of_topic(topic, after.as_deref(), PAGE + 1).await?;
        Ok(Page::cut(found, &scope, |record| record.arn.to_string()))
    }
}

/// One that is not confirmed has no ARN to be seen.
pub(crate) fn shown_arn(record: &SubscriptionRecord) -> String {
    match record.state {
        SubscriptionState::Pending { .. } => "PendingConfirmation".to_owned(),
        SubscriptionState::Confirmed { .. } => record.arn.to_string(),
        SubscriptionState::Ended { .. } => "Deleted".to_owned(),
    }
}
