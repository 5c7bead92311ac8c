//! Move tasks: the messages of a dead-letter queue go back to where they came from, or to another queue.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use hob_storage::{MoveTaskId, MoveTaskRecord, Moved};
use hob_types::QueueArn;
use tokio::task::JoinSet;

use crate::error::Range;
use crate::receive::within;
use crate::{Queues, SqsError};

/// Messages that one step moves.
const STEP: u32 = 10;
/// How long a worker rests that the store has failed.
const REST: Duration = Duration::from_secs(1);

impl Queues {
    pub(crate) async fn start_move(
        &self,
        source: &QueueArn,
        destination: Option<&QueueArn>,
        per_second: Option<i64>,
    ) -> Result<MoveTaskId, SqsError> {
        let range = Range::Between(1, 500);
        let per_second = within("MaxNumberOfMessagesPerSecond", per_second, range)?;
        let per_second = per_second.and_then(|number| u32::try_from(number).ok());
        let queue = self.queue(source).await.map_err(|_| SqsError::NoSourceQueue)?;
        if let Some(destination) = destination
            && self.registry.get(destination).is_none_or(|found| found.is_fifo() != queue.is_fifo())
        {
            return Err(SqsError::NoDestinationQueue);
        }
        if self.sources(source).await?.is_empty() {
            return Err(SqsError::NotADeadLetterQueue(source.clone()));
        }
        let to_move = self.counts(&queue).await?.visible;
        let started = self.store.start_move(source, destination, per_second, to_move, self.now()).await?;
        let task = started.ok_or(SqsError::TaskRunning)?;
        self.moves.notify_one();
        Ok(task)
    }

    /// The queues that have this one as their dead-letter queue.
    pub(crate) async fn sources(&self, queue: &QueueArn) -> Result<Vec<QueueArn>, SqsError> {
        let sends_here = self
            .list(|other| other.settings.redrive.as_ref().is_some_and(|policy| policy.target == *queue))
            .await?;
        Ok(sends_here.iter().map(|queue| queue.record.arn.clone()).collect())
    }

    pub(crate) async fn move_tasks(
        &self,
        source: &QueueArn,
        at_most: Option<i64>,
    ) -> Result<Vec<MoveTaskRecord>, SqsError> {
        let at_most = within("MaxResults", at_most, Range::Between(1, 10))?.unwrap_or(1);
        self.queue(source).await.map_err(|_| SqsError::NoSourceQueue)?;
        Ok(self.store.move_tasks(source, usize::try_from(at_most).unwrap_or(1)).await?)
    }

    pub(crate) async fn cancel_move(
        &self,
        task: MoveTaskId,
        source: &QueueArn,
    ) -> Result<MoveTaskRecord, SqsError> {
        let found = self.store.move_task(task).await?;
        if found.is_none_or(|found| found.source != *source) {
            return Err(SqsError::NoTask);
        }
        let cancelled = self.store.cancel_move(task).await?;
        self.moves.notify_one();
        cancelled.ok_or(SqsError::TaskEnded)
    }

    /// Works on all tasks, also on those that an earlier server has begun, for as long as it is polled.
    pub(crate) async fn work_on_moves(self: Arc<Self>) {
        let mut workers = JoinSet::new();
        let mut in_work = HashSet::new();
        loop {
            for task in self.store.open_move_tasks().await.unwrap_or_default() {
                if in_work.insert(task.id) {
                    workers.spawn(self.clone().work_on(task));
                }
            }
            tokio::select! {
                () = self.moves.notified() => {}
                Some(Ok(task)) = workers.join_next() => { in_work.remove(&task); }
            }
        }
    }

    /// To its end.
    async fn work_on(self: Arc<Self>, task: MoveTaskRecord) -> MoveTaskId {
        let step = task.per_second.map_or(STEP, |rate| rate.min(STEP));
        loop {
            let new_ids = (0..step).map(|_| self.new_message_id()).collect();
            match self.store.step_move(task.id, new_ids, self.now()).await {
                Ok(Moved::Messages(moved)) => {
                    if let Some(rate) = task.per_second {
                        tokio::time::sleep(Duration::from_secs(moved) / rate).await;
                    }
                }
                Ok(Moved::Finished) => return task.id,
                Err(error) => {
                    tracing::warn!(%error, source = %task.source, "messages cannot be moved");
                    tokio::time::sleep(REST).await;
                }
            }
        }
    }
}
