//! What a receiver does with a message that it has: hide it for longer or shorter, or delete it.

use std::time::Duration;

use hob_storage::{Hidden, Receipt};
use hob_types::QueueArn;

use crate::error::Range;
use crate::queue::Queue;
use crate::receive::within;
use crate::{Queues, SqsError};

impl Queues {
    /// One answer for each, in order.
    pub(crate) async fn delete_messages(
        &self,
        queue: &QueueArn,
        handles: &[String],
    ) -> Result<Vec<Result<(), SqsError>>, SqsError> {
        let queue = self.queue(queue).await?;
        let read = self.read(&queue, handles).await?;
        let receipts: Vec<Receipt> = read.iter().flatten().copied().collect();
        let id = queue.record.id;
        let removed = match receipts.is_empty() {
            true => Vec::new(),
            false => self.store.remove(id, receipts, queue.is_fifo(), self.now()).await?,
        };
        let mut removed = removed.into_iter();
        Ok(read
            .into_iter()
            .zip(handles)
            .map(|(receipt, handle)| match receipt.and_then(|_| removed.next()) {
                None => Err(SqsError::InvalidHandle(handle.clone())),
                Some(Hidden::Expired) => Err(SqsError::ExpiredHandle(handle.clone())),
                Some(_) => Ok(()),
            })
            .collect())
    }

    /// Handles with seconds. One answer for each, in order.
    pub(crate) async fn hide_messages(
        &self,
        queue: &QueueArn,
        changes: &[(String, i64)],
    ) -> Result<Vec<Result<(), SqsError>>, SqsError> {
        let queue = self.queue(queue).await?;
        let handles: Vec<String> = changes.iter().map(|(handle, _)| handle.clone()).collect();
        let receipts = self.read(&queue, &handles).await?;
        let mut wanted = Vec::new();
        let mut answers = Vec::new();
        for ((handle, seconds), receipt) in changes.iter().zip(receipts) {
            let checked = check(handle, *seconds, receipt).map(|change| wanted.push(change));
            answers.push((checked, handle, *seconds));
        }
        let hidden = match wanted.is_empty() {
            true => Vec::new(),
            false => self.store.hide(queue.record.id, wanted, self.now()).await?,
        };
        let mut hidden = hidden.into_iter();
        Ok(answers
            .into_iter()
            .map(|(checked, handle, seconds)| {
                checked.and_then(|()| match hidden.next() {
                    Some(Hidden::Done) => Ok(()),
                    Some(Hidden::TooLong) => Err(SqsError::HiddenTooLong { seconds }),
                    _ => Err(SqsError::NotInFlight(handle.clone())),
                })
            })
            .collect())
    }

    /// `None`: it is no handle of this queue.
    async fn read(&self, queue: &Queue, handles: &[String]) -> Result<Vec<Option<Receipt>>, SqsError> {
        let key = self.handles().await?;
        let of_this_queue = |handle: &String| {
            let (id, receipt) = key.read(handle)?;
            (id == queue.record.id).then_some(receipt)
        };
        Ok(handles.iter().map(of_this_queue).collect())
    }
}

fn check(handle: &str, seconds: i64, receipt: Option<Receipt>) -> Result<(Receipt, Duration), SqsError> {
    let receipt = receipt.ok_or_else(|| SqsError::InvalidHandle(handle.to_owned()))?;
    let seconds = within("VisibilityTimeout", Some(seconds), Range::Between(0, 43_200))?;
    Ok((receipt, Duration::from_secs(seconds.unwrap_or_default())))
}
