use hob_storage::SubscriptionRecord;
use hob_wire::{AwsError, Handle, RequestContext};

use super::shapes::{ListSubscriptions, ListSubscriptionsInput, ListSubscriptionsResponse, Subscription};
use crate::Sns;
use crate::subscription::shown_arn;

impl Handle<ListSubscriptions> for Sns {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListSubscriptionsInput,
    ) -> Result<ListSubscriptionsResponse, AwsError> {
        let token = input.next_token.as_deref();
        let page = self.subscriptions(&context.account, &context.region, token).await?;
        let subscriptions = page.items.iter().map(Subscription::from).collect();
        Ok(ListSubscriptionsResponse { subscriptions: Some(subscriptions), next_token: page.next_token })
    }
}

impl From<&SubscriptionRecord> for Subscription {
    fn from(record: &SubscriptionRecord) -> Self {
        Self {
            subscription_arn: Some(shown_arn(record)),
            owner: Some(record.owner.to_string()),
            protocol: Some(record.endpoint.protocol().to_owned()),
            endpoint: Some(record.endpoint.address()),
            topic_arn: Some(record.arn.topic.to_string()),
        }
    }
}
