use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{Subscribe, SubscribeInput, SubscribeResponse};
use crate::Sns;
use crate::subscription::{NewSubscription, Subscriber};

impl Handle<Subscribe> for Sns {
    async fn handle(
        &self,
        context: &RequestContext,
        input: SubscribeInput,
    ) -> Result<SubscribeResponse, AwsError> {
        let topic = name::topic(context, "Subscribe", &input.topic_arn.unwrap_or_default())?;
        self.topic(&topic).await?;
        let subscriber = Subscriber {
            account: context.account.clone(),
            principal: context.caller.arn.clone(),
            base_url: context.base_url.clone(),
        };
        let protocol = input.protocol.unwrap_or_default();
        let endpoint = input.endpoint.unwrap_or_default();
        let attributes = input.attributes.unwrap_or_default();
        let new = NewSubscription::parse(topic, &protocol, &endpoint, &attributes, subscriber)?;
        let record = self.subscribe(new).await?;
        let shows_arn = record.state.is_confirmed() || input.return_subscription_arn == Some(true);
        let arn = if shows_arn { record.arn.to_string() } else { "pending confirmation".to_owned() };
        Ok(SubscribeResponse { subscription_arn: Some(arn) })
    }
}
