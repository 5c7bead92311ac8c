//! Takes messages out of a queue.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hob_delivery::{DeliveryError, Neighbours, QueueDelivery, Receive};
use tokio::time::Instant;

use super::QueueSettings;
use super::batch::Message;
use super::event::Record;
use super::filter::is_wanted;
use crate::Mappings;

/// How long it may take until another visibility timeout of the queue, or another timeout of the function, is noticed.
const TIMING_KEPT: Duration = Duration::from_secs(30);
/// What is added to a window and a function's timeout. Source: Lambda guide (2022), "Using Lambda with Amazon SQS".
const SPARE: Duration = Duration::from_secs(30);

pub(super) struct Receiver {
    neighbours: Arc<Neighbours>,
    mappings: Arc<dyn Mappings>,
    settings: Arc<QueueSettings>,
    timing: Mutex<Option<Timing>>,
}

/// How long messages are hidden from others.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Timing {
    visibility: Duration,
    /// It is another one than the queue's.
    asked_for: bool,
    since: Instant,
}

pub(super) struct Received {
    /// Those that are wanted.
    pub(super) messages: Vec<Message>,
    /// The queue had none at all.
    pub(super) nothing: bool,
}

impl Receiver {
    pub(super) fn new(
        neighbours: Arc<Neighbours>,
        mappings: Arc<dyn Mappings>,
        settings: Arc<QueueSettings>,
    ) -> Self {
        Self { neighbours, mappings, settings, timing: Mutex::default() }
    }

    /// Deletes what no filter wants.
    pub(super) async fn receive(&self, at_most: u32, wait: Duration) -> Result<Received, DeliveryError> {
        let QueueSettings { queue, filters, .. } = &*self.settings;
        let timing = self.timing().await?;
        let visibility = timing.asked_for.then_some(timing.visibility);
        let queues = self.neighbours.queues()?;
        let deliveries = queues.receive(queue, Receive { at_most, wait, visibility }).await?;
        let hidden_until = Instant::now() + timing.visibility;
        let nothing = deliveries.is_empty();
        let (wanted, unwanted): (Vec<QueueDelivery>, Vec<QueueDelivery>) =
            deliveries.into_iter().partition(|delivery| is_wanted(filters, &Record::of(queue, delivery)));
        if !unwanted.is_empty() {
            let handles: Vec<String> = unwanted.into_iter().map(|delivery| delivery.receipt_handle).collect();
            if let Err(error) = queues.delete(queue, &handles).await {
                tracing::warn!(%queue, %error, "filtered messages could not be deleted; they will be filtered again");
            }
        }
        let messages = wanted.iter().map(|delivery| Message::new(queue, delivery, hidden_until)).collect();
        Ok(Received { messages, nothing })
    }

    async fn timing(&self) -> Result<Timing, DeliveryError> {
        let known = *self.timing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(timing) = known.filter(|timing| timing.since.elapsed() < TIMING_KEPT) {
            return Ok(timing);
        }
        let timing = self.read_timing().await?;
        *self.timing.lock().unwrap_or_else(PoisonError::into_inner) = Some(timing);
        Ok(timing)
    }

    async fn read_timing(&self) -> Result<Timing, DeliveryError> {
        let QueueSettings { queue, function, window, .. } = &*self.settings;
        let described = self.neighbours.queues()?.describe(queue).await?;
        let own = described.ok_or_else(|| DeliveryError::NoTarget(queue.to_string()))?.visibility_timeout;
        let timeout = self.mappings.timeout(function).await;
        let timeout = timeout.map_err(|error| DeliveryError::Unavailable(error.to_string()))?;
        let visibility = visibility(own, *window, timeout.unwrap_or_default());
        Ok(Timing { visibility, asked_for: visibility != own, since: Instant::now() })
    }
}

/// Long enough for a message that waits for its batch. `own` is the queue's visibility timeout.
fn visibility(own: Duration, window: Duration, timeout: Duration) -> Duration {
    if !window.is_zero() && window + timeout > own { window + timeout + SPARE } else { own }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_makes_messages_hidden_for_longer_where_that_is_needed() {
        let of = |own, window, timeout| {
            let [own, window, timeout] = [own, window, timeout].map(Duration::from_secs);
            visibility(own, window, timeout).as_secs()
        };
        assert_eq!(of(30, 0, 60), 30);
        assert_eq!(of(30, 5, 3), 30);
        assert_eq!(of(30, 27, 3), 30);
        assert_eq!(of(30, 28, 3), 61);
        assert_eq!(of(30, 300, 900), 1230);
    }
}
