use hob_storage::{MoveTaskRecord, MoveTaskStatus};
use hob_wire::{AwsError, Handle, RequestContext};

use super::shapes::{
    ListMessageMoveTasks, ListMessageMoveTasksRequest, ListMessageMoveTasksResult,
    ListMessageMoveTasksResultEntry,
};
use super::{name, task_handle};
use crate::Queues;

impl Handle<ListMessageMoveTasks> for Queues {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListMessageMoveTasksRequest,
    ) -> Result<ListMessageMoveTasksResult, AwsError> {
        let source = name::arn(context, "SourceArn", input.source_arn)?;
        let tasks = self.move_tasks(&source, input.max_results.map(i64::from)).await?;
        Ok(ListMessageMoveTasksResult { results: Some(tasks.into_iter().map(entry).collect()) })
    }
}

/// Only what runs can be cancelled, so only that has a handle.
fn entry(task: MoveTaskRecord) -> ListMessageMoveTasksResultEntry {
    let handle = task_handle::print(task.id, &task.source);
    ListMessageMoveTasksResultEntry {
        task_handle: (task.status == MoveTaskStatus::Running).then_some(handle),
        status: Some(task.status.as_str().to_owned()),
        source_arn: Some(task.source.to_string()),
        destination_arn: task.destination.map(|queue| queue.to_string()),
        max_number_of_messages_per_second: task.per_second.and_then(|rate| rate.try_into().ok()),
        approximate_number_of_messages_moved: task.moved.try_into().ok(),
        approximate_number_of_messages_to_move: task.to_move.try_into().ok(),
        failure_reason: task.failure,
        started_timestamp: Some(task.started.as_millis()),
    }
}
