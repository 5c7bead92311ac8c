use hob_storage::{SubscriptionRecord, SubscriptionState};
use hob_types::{SubscriptionArn, TopicArn};

use crate::{Sns, SnsError};

/// Somebody says the token that the endpoint was sent.
pub(crate) struct Confirmation<'a> {
    pub topic: &'a TopicArn,
    pub token: &'a str,
    /// Who says it was authenticated.
    pub authenticated: bool,
    /// Only who is authenticated may end the subscription.
    pub authenticate_on_unsubscribe: bool,
}

impl Sns {
    /// Says yes as well if that was confirmed already.
    pub(crate) async fn confirm(&self, confirmation: &Confirmation<'_>) -> Result<SubscriptionArn, SnsError> {
        self.topic(confirmation.topic).await?;
        loop {
            let mut record = self.subscription_with(confirmation).await?;
            record.state = SubscriptionState::Confirmed {
                authenticated: confirmation.authenticated,
                authenticate_on_unsubscribe: confirmation.authenticate_on_unsubscribe,
            };
            record.since = self.now();
            if self.store.replace_subscription(&record, None).await? {
                return Ok(record.arn);
            }
        }
    }

    async fn subscription_with(
        &self,
        confirmation: &Confirmation<'_>,
    ) -> Result<SubscriptionRecord, SnsError> {
        let mut after = None;
        loop {
            let page = self.store.subscriptions_of_topic(confirmation.topic, after.as_deref(), 1000).await?;
            let last = page.last().ok_or(SnsError::InvalidToken)?.arn.to_string();
            if let Some(found) =
                page.into_iter().find(|record| record.state.token() == Some(confirmation.token))
            {
                return Ok(found);
            }
            after = Some(last);
        }
    }
}
