use std::sync::Arc;
use std::time::Duration;

use hob_storage::{DeadLetterQueue, ReceiveMessages, Received, ReceivedMessage};
use hob_types::QueueArn;
use tokio::time::Instant;

use crate::error::Range;
use crate::message::check_token;
use crate::queue::Queue;
use crate::{Queues, SqsError};

/// How many messages of a queue may be hidden at a time.
const IN_FLIGHT_MAX: u64 = 120_000;

/// What a receiver asks for, in seconds and as it came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wish {
    /// Messages; `None`: one.
    pub(crate) at_most: Option<i64>,
    /// `None`: as the queue is set.
    pub(crate) visibility: Option<i64>,
    /// `None`: as the queue is set.
    pub(crate) wait: Option<i64>,
    /// FIFO queues give the same messages again to the same attempt.
    pub(crate) attempt: Option<String>,
}

/// What a receiver gets.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) at_most: usize,
    pub(crate) visibility: Duration,
    /// Zero: it does not wait.
    pub(crate) wait: Duration,
    pub(crate) attempt: Option<String>,
}

impl Queues {
    pub(crate) async fn receive(
        &self,
        queue: &QueueArn,
        wish: Wish,
    ) -> Result<(Arc<Queue>, Vec<ReceivedMessage>), SqsError> {
        let queue = self.queue(queue).await?;
        let at_most = within("MaxNumberOfMessages", wish.at_most, Range::Between(1, 10))?.unwrap_or(1);
        let visibility = within("VisibilityTimeout", wish.visibility, Range::IfProvided(0, 43_200))?;
        let wait = within("WaitTimeSeconds", wish.wait, Range::IfProvided(0, 20))?;
        check_token("ReceiveRequestAttemptId", wish.attempt.as_deref())?;
        let settings = &queue.record.settings;
        let order = Order {
            at_most: usize::try_from(at_most).unwrap_or(1),
            visibility: Duration::from_secs(visibility.unwrap_or(settings.visibility_timeout.into())),
            wait: Duration::from_secs(wait.unwrap_or(settings.receive_wait.into())),
            attempt: wish.attempt.filter(|_| queue.is_fifo()),
        };
        let messages = self.receive_waiting(&queue, &order).await?;
        Ok((queue, messages))
    }

    /// Returns with the first messages, or with none after the wait.
    pub(crate) async fn receive_waiting(
        &self,
        queue: &Queue,
        order: &Order,
    ) -> Result<Vec<ReceivedMessage>, SqsError> {
        let (line, deadline) = (&queue.line, Instant::now() + order.wait);
        let is_free = order.wait.is_zero() || !line.is_waited_for();
        if order.attempt.is_some() || (line.is_due() && is_free) {
            let messages = self.receive_now(queue, order).await?;
            if !messages.is_empty() {
                return Ok(messages);
            }
        }
        if order.wait.is_zero() {
            return Ok(Vec::new());
        }
        let place = line.join(order.at_most).ok_or(SqsError::TooManyReceivers)?;
        while place.turn(deadline).await {
            let messages = self.receive_now(queue, order).await?;
            if !messages.is_empty() {
                place.leave(messages.len() == order.at_most);
                return Ok(messages);
            }
            place.found_nothing();
        }
        Ok(Vec::new())
    }

    async fn receive_now(&self, queue: &Queue, order: &Order) -> Result<Vec<ReceivedMessage>, SqsError> {
        let doubt = queue.line.doubt();
        let received = self.store.receive(self.wish(queue, order)).await?;
        doubt.dispel();
        match received {
            Received::Messages(messages) => Ok(messages),
            // As on AWS, only those hear of it who do not wait.
            Received::OverLimit if queue.is_fifo() || !order.wait.is_zero() => Ok(Vec::new()),
            Received::OverLimit => Err(SqsError::OverLimit),
            Received::NoQueue => Err(SqsError::NoQueue),
        }
    }

    fn wish(&self, queue: &Queue, order: &Order) -> ReceiveMessages {
        let settings = &queue.record.settings;
        let dead_letters = settings.redrive.as_ref().and_then(|policy| {
            let target = self.registry.get(&policy.target)?;
            Some(DeadLetterQueue {
                queue: target.record.id,
                max_receives: policy.max_receives,
                source: queue.record.arn.clone(),
            })
        });
        ReceiveMessages {
            queue: queue.record.id,
            at_most: order.at_most,
            visibility: order.visibility,
            retention: Duration::from_secs(settings.retention.into()),
            fifo: queue.is_fifo(),
            dead_letters,
            attempt: order.attempt.clone(),
            in_flight_max: IN_FLIGHT_MAX,
            now: self.now(),
        }
    }
}

/// A number that is in its range, if there is one.
pub(crate) fn within(name: &'static str, value: Option<i64>, range: Range) -> Result<Option<u64>, SqsError> {
    let Some(value) = value else { return Ok(None) };
    let (Range::Between(min, max) | Range::IfProvided(min, max) | Range::Named(min, max)) = range;
    match u64::try_from(value) {
        Ok(number) if (min..=max).contains(&value) => Ok(Some(number)),
        _ => Err(SqsError::OutOfRange { name, value, range }),
    }
}
