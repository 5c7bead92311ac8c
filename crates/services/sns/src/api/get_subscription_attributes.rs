use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{
    GetSubscriptionAttributes, GetSubscriptionAttributesInput, GetSubscriptionAttributesResponse,
};
use crate::Sns;

impl Handle<GetSubscriptionAttributes> for Sns {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetSubscriptionAttributesInput,
    ) -> Result<GetSubscriptionAttributesResponse, AwsError> {
        let arn = input.subscription_arn.unwrap_or_default();
        let subscription = name::subscription(context, "GetSubscriptionAttributes", &arn)?;
        let attributes = self.subscription_attributes(&subscription).await?;
        Ok(GetSubscriptionAttributesResponse { attributes: Some(attributes) })
    }
}
