use hob_storage::{MessageContent, SubscriptionEndpoint, SubscriptionRecord, SubscriptionState};

use crate::{Sns, SnsError};

/// Who ends a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// A caller of the API.
    Authenticated,
    /// Whoever has the URL that is in every message.
    UrlHolder,
}

impl Sns {
    /// An endpoint of HTTP that was taken out by its URL is told so, and how to come back.
    pub(crate) async fn unsubscribe(&self, record: &SubscriptionRecord, by: By) -> Result<(), SnsError> {
        let is_http =
            matches!(record.endpoint, SubscriptionEndpoint::Http(_) | SubscriptionEndpoint::Https(_));
        match (&record.state, by) {
            (SubscriptionState::Pending { .. }, _) => Err(SnsError::NotConfirmed),
            (SubscriptionState::Ended { .. }, _) => Err(SnsError::NoSubscription),
            (SubscriptionState::Confirmed { authenticate_on_unsubscribe: true, .. }, By::UrlHolder) => {
                Err(SnsError::UnsubscribeNeedsAuthentication)
            }
            (SubscriptionState::Confirmed { .. }, By::UrlHolder) if is_http => self.end(record).await,
            (SubscriptionState::Confirmed { .. }, _) => {
                self.store.delete_subscription(&record.arn).await?;
                Ok(())
            }
        }
    }

    async fn end(&self, record: &SubscriptionRecord) -> Result<(), SnsError> {
        let token = self.new_token();
        let notice = self.notice(MessageContent::UnsubscribeConfirmation { token: token.clone() });
        let ended = SubscriptionRecord {
            state: SubscriptionState::Ended { token },
            since: self.now(),
            ..record.clone()
        };
        // If it was changed meanwhile it was ended, or it is still there for the next who tries.
        if self.store.replace_subscription(&ended, Some(notice)).await? {
            self.wakes.wake([ended.arn]);
        }
        Ok(())
    }
}
