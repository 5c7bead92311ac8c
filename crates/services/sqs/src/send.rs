use hob_storage::{NewMessage, SentMessage};
use hob_types::QueueArn;

use crate::message::{Checked, Digests, Draft};
use crate::queue::Queue;
use crate::{Queues, SqsError, batch};

/// The largest batch, in bytes of bodies and attributes.
const BATCH_BYTES_MAX: usize = 1_048_576;

/// A message that was taken.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) message_id: String,
    pub(crate) digests: Digests,
    /// Of FIFO queues.
    pub(crate) sequence: Option<u64>,
}

impl Queues {
    pub(crate) async fn send(&self, queue: &QueueArn, draft: Draft) -> Result<Sent, SqsError> {
        let queue = self.queue(queue).await?;
        let checked = self.check(&queue, draft, false)?;
        let mut sent = self.send_all(&queue, vec![checked]).await?;
        sent.pop().ok_or(SqsError::NoQueue)
    }

    /// One answer for each draft, in order.
    pub(crate) async fn send_batch(
        &self,
        queue: &QueueArn,
        entries: Vec<(String, Draft)>,
    ) -> Result<Vec<(String, Result<Sent, SqsError>)>, SqsError> {
        let queue = self.queue(queue).await?;
        batch::check(entries.iter().map(|(id, _)| id.as_str()), "SendMessageBatchRequestEntry")?;
        let mut good = Vec::new();
        let mut answers = Vec::new();
        for (id, draft) in entries {
            let checked = self.check(&queue, draft, true).map(|checked| good.push(checked));
            answers.push((id, checked));
        }
        let bytes = good.iter().map(|checked| checked.bytes).sum();
        if bytes > BATCH_BYTES_MAX {
            return Err(SqsError::BatchTooLong { bytes });
        }
        let mut sent = self.send_all(&queue, good).await?.into_iter();
        let answer = |(id, checked): (String, Result<(), SqsError>)| {
            (id, checked.and_then(|()| sent.next().ok_or(SqsError::NoQueue)))
        };
        Ok(answers.into_iter().map(answer).collect())
    }

    fn check(&self, queue: &Queue, draft: Draft, in_batch: bool) -> Result<Checked, SqsError> {
        draft.check(self.new_message_id(), &queue.record, in_batch, self.now())
    }

    async fn send_all(&self, queue: &Queue, checked: Vec<Checked>) -> Result<Vec<Sent>, SqsError> {
        if checked.is_empty() {
            return Ok(Vec::new());
        }
        let (messages, digests): (Vec<NewMessage>, Vec<Digests>) =
            checked.into_iter().map(|checked| (checked.message, checked.digests)).unzip();
        let sent = self.store.send(queue.record.id, messages, self.now()).await?;
        let sent = sent.ok_or(SqsError::NoQueue)?;
        let is_fifo = queue.is_fifo();
        Ok(sent.into_iter().zip(digests).map(|(sent, digests)| answer(sent, digests, is_fifo)).collect())
    }
}

fn answer(sent: SentMessage, digests: Digests, is_fifo: bool) -> Sent {
    let SentMessage { message_id, sequence } = sent;
    Sent { message_id, digests, sequence: is_fifo.then_some(sequence) }
}
