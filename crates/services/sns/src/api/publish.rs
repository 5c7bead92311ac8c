use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{Publish, PublishInput, PublishResponse};
use crate::envelope::sequence_number;
use crate::publish::{MessageRequest, Source};
use crate::{Sns, SnsError};

impl Handle<Publish> for Sns {
    async fn handle(
        &self,
        context: &RequestContext,
        input: PublishInput,
    ) -> Result<PublishResponse, AwsError> {
        if input.phone_number.is_some() {
            return Err(SnsError::UnservedProtocol("sms".to_owned()).into());
        }
        let topic = match (&input.topic_arn, &input.target_arn) {
            (Some(topic), _) => name::topic(context, "Publish", topic)?,
            (None, Some(target)) => name::topic_of(context, "Publish", "TargetArn", target)?,
            (None, None) => return Err(SnsError::NoTarget.into()),
        };
        let topic = self.topic(&topic).await?;
        let valid = MessageRequest::from(input).check(&topic).map_err(SnsError::from)?;
        let source = Source { trace_header: context.trace_header.clone() };
        let published = self.publish(&topic, vec![valid.notification], &source).await?;
        let published = published.into_iter().next().ok_or(SnsError::NoTopic)?;
        Ok(PublishResponse {
            message_id: Some(published.message_id),
            sequence_number: published.sequence_number.map(sequence_number),
        })
    }
}
