use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{DeleteTopic, DeleteTopicInput};
use crate::Sns;

impl Handle<DeleteTopic> for Sns {
    async fn handle(&self, context: &RequestContext, input: DeleteTopicInput) -> Result<(), AwsError> {
        let topic = name::topic(context, "DeleteTopic", &input.topic_arn.unwrap_or_default())?;
        Ok(self.delete_topic(&topic).await?)
    }
}
