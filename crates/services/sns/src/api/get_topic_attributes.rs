use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{GetTopicAttributes, GetTopicAttributesInput, GetTopicAttributesResponse};
use crate::Sns;

impl Handle<GetTopicAttributes> for Sns {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetTopicAttributesInput,
    ) -> Result<GetTopicAttributesResponse, AwsError> {
        let topic = name::topic(context, "GetTopicAttributes", &input.topic_arn.unwrap_or_default())?;
        let attributes = self.topic_attributes(&topic).await?;
        Ok(GetTopicAttributesResponse { attributes: Some(attributes) })
    }
}
