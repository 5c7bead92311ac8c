//! Hands over what follows from an event.

use hob_delivery::{DeliveryError, FunctionEvent, NewObject, QueueMessage, TopicMessage};
use hob_storage::{EventConsequences, EventDelivery, EventProgress, EventRecord, NewEvent};
use hob_types::{QueueArn, RequestId, Timestamp, TopicArn};

use super::dead_letter::attributes;
use super::decision::back_off;
use super::events::Events;
use crate::event_invoke::Destination;

impl Events {
    /// Answers when to try again what could not be handed over now. What never can is given up.
    pub(super) async fn deliver(&self, record: EventRecord) -> Option<Timestamp> {
        let consequences = record.consequences.as_ref()?;
        let mut left = Vec::new();
        for delivery in &consequences.deliveries {
            match self.hand_over(&record.event, consequences, delivery).await {
                Ok(()) => {}
                Err(error) if error.is_temporary() => {
                    note(&record.event, delivery, &error, "cannot be told now");
                    left.push(delivery.clone());
                }
                Err(error) => note(&record.event, delivery, &error, "is not told"),
            }
        }
        if left.is_empty() {
            self.insist(|| self.store.remove(record.id)).await?;
            return None;
        }
        if left.len() < consequences.deliveries.len() {
            self.insist(|| self.store.keep_deliveries(record.id, left.clone())).await?;
        }
        let postponements = record.progress.postponements + 1;
        let due = self.functions.clock.now() + back_off(postponements);
        let progress = EventProgress { postponements, ..record.progress.clone() };
        self.put_off(&record, due, progress).await
    }

    async fn hand_over(
        &self,
        event: &NewEvent,
        consequences: &EventConsequences,
        delivery: &EventDelivery,
    ) -> Result<(), DeliveryError> {
        match delivery {
            EventDelivery::Destination { target } => self.send_record(event, consequences, target).await,
            EventDelivery::DeadLetter { target, error_code, error_message } => {
                let message = QueueMessage {
                    body: text(&event.payload),
                    attributes: attributes(event.request_id, *error_code, error_message),
                    trace_header: Some(consequences.trace_header.clone()),
                    ..QueueMessage::default()
                };
                self.send_dead_letter(event, message, target).await
            }
        }
    }

    async fn send_dead_letter(
        &self,
        event: &NewEvent,
        message: QueueMessage,
        target: &str,
    ) -> Result<(), DeliveryError> {
        match target.parse() {
            Ok(Destination::Queue(queue)) => self.send_to_queue(event, &queue, message).await,
            Ok(Destination::Topic(topic)) => {
                let QueueMessage { body, attributes, trace_header, .. } = message;
                let message = TopicMessage { message: body, subject: None, attributes, trace_header };
                self.publish(&topic, message).await
            }
            _ => Err(unsupported(target)),
        }
    }

    async fn send_record(
        &self,
        event: &NewEvent,
        consequences: &EventConsequences,
        target: &str,
    ) -> Result<(), DeliveryError> {
        let neighbours = &self.functions.neighbours;
        let record = consequences.record.clone();
        let trace_header = Some(consequences.trace_header.clone());
        match target.parse() {
            Ok(Destination::Queue(queue)) => {
                let message = QueueMessage { body: text(&record), trace_header, ..QueueMessage::default() };
                self.send_to_queue(event, &queue, message).await
            }
            Ok(Destination::Topic(topic)) => {
                let message =
                    TopicMessage { message: text(&record), trace_header, ..TopicMessage::default() };
                self.publish(&topic, message).await
            }
            Ok(Destination::Function(function)) => {
                let event = FunctionEvent { payload: record, trace_header, origin: None };
                neighbours.functions()?.send(&function, event).await
            }
            Ok(Destination::Bucket(bucket)) => {
                let object = NewObject { content_type: "application/json".to_owned(), body: record };
                let id = RequestId::random(&*self.functions.random);
                let key = object_key(event, self.functions.clock.now(), id);
                neighbours.buckets()?.put(&bucket, &key, object).await
            }
            Ok(Destination::EventBus) | Err(_) => Err(unsupported(target)),
        }
    }

    async fn send_to_queue(
        &self,
        event: &NewEvent,
        queue: &QueueArn,
        message: QueueMessage,
    ) -> Result<(), DeliveryError> {
        if queue.is_fifo() {
            return Err(unsupported(&queue.to_string()));
        }
        let message = QueueMessage { sender: event.function.account.to_string(), ..message };
        self.functions.neighbours.queues()?.send(queue, message).await
    }

    async fn publish(&self, topic: &TopicArn, message: TopicMessage) -> Result<(), DeliveryError> {
        if topic.is_fifo() {
            return Err(unsupported(&topic.to_string()));
        }
        self.functions.neighbours.topics()?.publish(topic, message).await
    }
}

/// Source: Lambda guide, "Capturing records of Lambda asynchronous invocations".
pub(super) fn object_key(event: &NewEvent, now: Timestamp, id: RequestId) -> String {
    const TO_THE_SECOND: usize = "2026-01-02T03:04:05".len();
    let moment = now.to_rfc3339();
    let moment = moment.get(..TO_THE_SECOND).unwrap_or(&moment).replace(':', ".");
    format!("aws/lambda/async/{}/{}/{moment}-{id}", event.function.name, now.to_date_path())
}

/// Payloads that were accepted are JSON, and so is a record.
fn text(json: &[u8]) -> String {
    String::from_utf8_lossy(json).into_owned()
}

fn unsupported(target: &str) -> DeliveryError {
    DeliveryError::Refused(format!("{target} takes no results of functions"))
}

fn note(event: &NewEvent, delivery: &EventDelivery, error: &DeliveryError, what: &str) {
    let (EventDelivery::Destination { target } | EventDelivery::DeadLetter { target, .. }) = delivery;
    let (function, request) = (&event.function, event.request_id);
    tracing::warn!(%function, %request, %target, %error, "the target of an event's result {what}");
}
