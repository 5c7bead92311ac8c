use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{GetDataProtectionPolicy, GetDataProtectionPolicyInput, GetDataProtectionPolicyResponse};
use crate::Sns;

/// No topic has one.
impl Handle<GetDataProtectionPolicy> for Sns {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetDataProtectionPolicyInput,
    ) -> Result<GetDataProtectionPolicyResponse, AwsError> {
        let arn = input.resource_arn.unwrap_or_default();
        let topic = name::topic_of(context, "GetDataProtectionPolicy", "ResourceArn", &arn)?;
        self.topic(&topic).await?;
        Ok(GetDataProtectionPolicyResponse::default())
    }
}
