use hob_wire::{AwsError, Handle, RequestContext};

use super::shapes::{CancelMessageMoveTask, CancelMessageMoveTaskRequest, CancelMessageMoveTaskResult};
use super::task_handle;
use crate::{Queues, SqsError};

impl Handle<CancelMessageMoveTask> for Queues {
    async fn handle(
        &self,
        context: &RequestContext,
        input: CancelMessageMoveTaskRequest,
    ) -> Result<CancelMessageMoveTaskResult, AwsError> {
        let handle = input.task_handle.unwrap_or_default();
        let (task, source) = task_handle::parse(&handle).ok_or(SqsError::NoTask)?;
        if source.account != context.account || source.region != context.region {
            return Err(SqsError::NoTask.into());
        }
        let task = self.cancel_move(task, &source).await?;
        let moved = i64::try_from(task.moved).ok();
        Ok(CancelMessageMoveTaskResult { approximate_number_of_messages_moved: moved })
    }
}
