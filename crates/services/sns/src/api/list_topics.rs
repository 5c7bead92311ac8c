use hob_wire::{AwsError, Handle, RequestContext};

use super::shapes::{ListTopics, ListTopicsInput, ListTopicsResponse, Topic};
use crate::Sns;

impl Handle<ListTopics> for Sns {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListTopicsInput,
    ) -> Result<ListTopicsResponse, AwsError> {
        let page = self.topics(&context.account, &context.region, input.next_token.as_deref()).await?;
        let topics = page.items.iter().map(|topic| Topic { topic_arn: Some(topic.to_string()) });
        Ok(ListTopicsResponse { topics: Some(topics.collect()), next_token: page.next_token })
    }
}
