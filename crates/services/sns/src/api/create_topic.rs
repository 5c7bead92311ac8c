use hob_wire::{AwsError, Handle, RequestContext};

use super::shapes::{CreateTopic, CreateTopicInput, CreateTopicResponse};
use super::tag_resource::tags;
use crate::topic::NewTopic;
use crate::{Sns, SnsError};

impl Handle<CreateTopic> for Sns {
    async fn handle(
        &self,
        context: &RequestContext,
        input: CreateTopicInput,
    ) -> Result<CreateTopicResponse, AwsError> {
        if input.data_protection_policy.is_some() {
            return Err(SnsError::Unserved("DataProtectionPolicy").into());
        }
        let name = input.name.unwrap_or_default();
        let attributes = input.attributes.unwrap_or_default();
        let tags = tags(input.tags.unwrap_or_default());
        let new = NewTopic::parse(&context.account, &context.region, &name, &attributes, tags)?;
        let topic = self.create_topic(new).await?;
        Ok(CreateTopicResponse { topic_arn: Some(topic.to_string()) })
    }
}
