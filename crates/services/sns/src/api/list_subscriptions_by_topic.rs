use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{
    ListSubscriptionsByTopic, ListSubscriptionsByTopicInput, ListSubscriptionsByTopicResponse, Subscription,
};
use crate::Sns;

impl Handle<ListSubscriptionsByTopic> for Sns {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListSubscriptionsByTopicInput,
    ) -> Result<ListSubscriptionsByTopicResponse, AwsError> {
        let topic = name::topic(context, "ListSubscriptionsByTopic", &input.topic_arn.unwrap_or_default())?;
        let page = self.subscriptions_of_topic(&topic, input.next_token.as_deref()).await?;
        let subscriptions = page.items.iter().map(Subscription::from).collect();
        Ok(ListSubscriptionsByTopicResponse {
            subscriptions: Some(subscriptions),
            next_token: page.next_token,
        })
    }
}
