use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{SetTopicAttributes, SetTopicAttributesInput};
use crate::Sns;
use crate::topic::TopicAttribute;

impl Handle<SetTopicAttributes> for Sns {
    async fn handle(&self, context: &RequestContext, input: SetTopicAttributesInput) -> Result<(), AwsError> {
        let topic = name::topic(context, "SetTopicAttributes", &input.topic_arn.unwrap_or_default())?;
        // Without the topic none of its attributes is right.
        self.topic(&topic).await?;
        let name = input.attribute_name.unwrap_or_default();
        let value = input.attribute_value.unwrap_or_default();
        let attribute = TopicAttribute::parse(&name, &value, topic.is_fifo())?;
        Ok(self.set_topic_attribute(&topic, attribute).await?)
    }
}
