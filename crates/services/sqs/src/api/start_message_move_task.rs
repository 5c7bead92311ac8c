use hob_wire::{AwsError, Handle, RequestContext};

use super::shapes::{StartMessageMoveTask, StartMessageMoveTaskRequest, StartMessageMoveTaskResult};
use super::{name, task_handle};
use crate::Queues;

impl Handle<StartMessageMoveTask> for Queues {
    async fn handle(
        &self,
        context: &RequestContext,
        input: StartMessageMoveTaskRequest,
    ) -> Result<StartMessageMoveTaskResult, AwsError> {
        let source = name::arn(context, "SourceArn", input.source_arn)?;
        let destination = input.destination_arn.filter(|arn| !arn.is_empty());
        let destination =
            destination.map(|arn| name::arn(context, "DestinationArn", Some(arn))).transpose()?;
        let per_second = input.max_number_of_messages_per_second.map(i64::from);
        let task = self.start_move(&source, destination.as_ref(), per_second).await?;
        Ok(StartMessageMoveTaskResult { task_handle: Some(task_handle::print(task, &source)) })
    }
}
