use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{SetSubscriptionAttributes, SetSubscriptionAttributesInput};
use crate::Sns;
use crate::subscription::SubscriptionAttribute;

impl Handle<SetSubscriptionAttributes> for Sns {
    async fn handle(
        &self,
        context: &RequestContext,
        input: SetSubscriptionAttributesInput,
    ) -> Result<(), AwsError> {
        let arn = input.subscription_arn.unwrap_or_default();
        let subscription = name::subscription(context, "SetSubscriptionAttributes", &arn)?;
        let record = self.subscription(&subscription).await?;
        let name = input.attribute_name.unwrap_or_default();
        let value = input.attribute_value.unwrap_or_default();
        let attribute = SubscriptionAttribute::parse(&subscription.topic, &name, &value)?;
        Ok(self.set_subscription_attribute(&record, attribute).await?)
    }
}
