use hob_wire::{AwsError, Handle, RequestContext};

use super::shapes::{ConfirmSubscription, ConfirmSubscriptionInput, ConfirmSubscriptionResponse};
use crate::subscription::Confirmation;
use crate::{Sns, arn};

/// Whoever has the token may, of whatever account.
impl Handle<ConfirmSubscription> for Sns {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ConfirmSubscriptionInput,
    ) -> Result<ConfirmSubscriptionResponse, AwsError> {
        let topic = arn::topic("TopicArn", &input.topic_arn.unwrap_or_default())?;
        let wish = input.authenticate_on_unsubscribe.unwrap_or_default();
        let confirmation = Confirmation {
            topic: &topic,
            token: &input.token.unwrap_or_default(),
            authenticated: context.caller.access_key_id.is_some(),
            authenticate_on_unsubscribe: wish.eq_ignore_ascii_case("true"),
        };
        let subscription = self.confirm(&confirmation).await?;
        Ok(ConfirmSubscriptionResponse { subscription_arn: Some(subscription.to_string()) })
    }
}
