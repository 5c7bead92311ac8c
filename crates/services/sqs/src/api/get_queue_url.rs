use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{GetQueueUrl, GetQueueUrlRequest, GetQueueUrlResult};
use crate::{Queues, SqsError};

impl Handle<GetQueueUrl> for Queues {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetQueueUrlRequest,
    ) -> Result<GetQueueUrlResult, AwsError> {
        let queue = name::own_queue(context, input.queue_name);
        if input.queue_owner_aws_account_id.is_some_and(|owner| owner != context.account.as_str()) {
            return Err(SqsError::NoQueue.into());
        }
        self.queue(&queue).await?;
        Ok(GetQueueUrlResult { queue_url: Some(name::url(context, &queue)) })
    }
}
