use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{Unsubscribe, UnsubscribeInput};
use crate::subscription::By;
use crate::{Sns, SnsError};

/// A subscription that does not exist is as good as ended.
impl Handle<Unsubscribe> for Sns {
    async fn handle(&self, context: &RequestContext, input: UnsubscribeInput) -> Result<(), AwsError> {
        let arn = input.subscription_arn.unwrap_or_default();
        let subscription = name::subscription(context, "Unsubscribe", &arn)?;
        let by = match context.caller.access_key_id {
            Some(_) => By::Authenticated,
            None => By::UrlHolder,
        };
        match self.subscription(&subscription).await {
            Ok(record) => Ok(self.unsubscribe(&record, by).await?),
            Err(SnsError::NoSubscription) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
