//! SQS as its neighbours see it.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use hob_delivery::{
    AttributeValue, DeliveryError, MessageAttribute, QueueDelivery, QueueDescription, QueueMessage,
    QueueService, Receive,
};
use hob_storage::{ReceivedMessage, StoredAttribute, StoredValue};
use hob_types::QueueArn;

use crate::message::{Draft, DraftAttribute};
use crate::queue::Queue;
use crate::receive::Order;
use crate::{Queues, SqsError, digest, system_attributes};

#[async_trait]
impl QueueService for Queues {
    async fn describe(&self, queue: &QueueArn) -> Result<Option<QueueDescription>, DeliveryError> {
        match self.queue(queue).await {
            Ok(found) => Ok(Some(QueueDescription {
                visibility_timeout: Duration::from_secs(found.record.settings.visibility_timeout.into()),
                policy: found.record.settings.policy.clone(),
            })),
            Err(SqsError::NoQueue) => Ok(None),
            Err(error) => Err(refusal(queue, &error)),
        }
    }

    async fn has_dead_letter_queue(&self, queue: &QueueArn) -> Result<bool, DeliveryError> {
        let found = self.queue(queue).await.map_err(|error| refusal(queue, &error))?;
        Ok(found.record.settings.redrive.is_some())
    }

    async fn send(&self, queue: &QueueArn, message: QueueMessage) -> Result<(), DeliveryError> {
        let sent = self.send(queue, message.into()).await;
        sent.map(|_| ()).map_err(|error| refusal(queue, &error))
    }

    async fn receive(&self, queue: &QueueArn, receive: Receive) -> Result<Vec<QueueDelivery>, DeliveryError> {
        let failed = |error: SqsError| refusal(queue, &error);
        let found = self.queue(queue).await.map_err(failed)?;
        let settings = &found.record.settings;
        let default = Duration::from_secs(settings.visibility_timeout.into());
        let order = Order {
            at_most: receive.at_most.clamp(1, 10) as usize,
            visibility: receive.visibility.unwrap_or(default),
            wait: receive.wait,
            attempt: None,
        };
        let messages = self.receive_waiting(&found, &order).await.map_err(failed)?;
        let mut deliveries = Vec::with_capacity(messages.len());
        for message in messages {
            deliveries.push(self.delivery(&found, message).await.map_err(failed)?);
        }
        Ok(deliveries)
    }

    async fn delete(&self, queue: &QueueArn, receipt_handles: &[String]) -> Result<(), DeliveryError> {
        let deleted = self.delete_messages(queue, receipt_handles).await;
        settled(queue, deleted)
    }

    async fn hide(
        &self,
        queue: &QueueArn,
        receipt_handles: &[String],
        visibility: Duration,
    ) -> Result<(), DeliveryError> {
        let seconds = i64::try_from(visibility.as_secs()).unwrap_or(i64::MAX);
        let changes: Vec<_> = receipt_handles.iter().map(|handle| (handle.clone(), seconds)).collect();
        settled(queue, self.hide_messages(queue, &changes).await)
    }
}

impl Queues {
    async fn delivery(&self, queue: &Queue, message: ReceivedMessage) -> Result<QueueDelivery, SqsError> {
        let receipt_handle = self.handles().await?.make(queue.record.id, message.receipt);
        let system_attributes = system_attributes::of(&message, queue.is_fifo());
        Ok(QueueDelivery {
            receipt_handle,
            md5_of_body: digest::of_body(&message.body),
            md5_of_attributes: digest::of_attributes(&message.attributes),
            system_attributes: system_attributes
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            message_id: message.message_id,
            body: message.body,
            attributes: message.attributes.into_iter().map(|(name, one)| (name, outward(one))).collect(),
        })
    }
}

/// Handles that have expired are ignored, others that are wrong are not.
fn settled(
    queue: &QueueArn,
    answers: Result<Vec<Result<(), SqsError>>, SqsError>,
) -> Result<(), DeliveryError> {
    let answers = answers.map_err(|error| refusal(queue, &error))?;
    for answer in answers {
        match answer {
            Ok(()) | Err(SqsError::ExpiredHandle(_) | SqsError::NotInFlight(_)) => {}
            Err(error) => return Err(refusal(queue, &error)),
        }
    }
    Ok(())
}

fn refusal(queue: &QueueArn, error: &SqsError) -> DeliveryError {
    match error {
        SqsError::NoQueue => DeliveryError::NoTarget(queue.to_string()),
        SqsError::Storage(_) | SqsError::OverLimit | SqsError::TooManyReceivers => {
            DeliveryError::Unavailable(error.to_string())
        }
        error => DeliveryError::Refused(error.to_string()),
    }
}

impl From<QueueMessage> for Draft {
    fn from(message: QueueMessage) -> Self {
        let attributes = message.attributes.into_iter().map(|(name, one)| (name, one.into()));
        Self {
            body: message.body,
            delay: None,
            attributes: attributes.collect(),
            system_attributes: BTreeMap::new(),
            group: message.group_id,
            deduplication_id: message.deduplication_id,
            trace_header: message.trace_header,
            sender: message.sender,
        }
    }
}

impl From<MessageAttribute> for DraftAttribute {
    fn from(MessageAttribute { data_type, value }: MessageAttribute) -> Self {
        let (text, binary) = match value {
            AttributeValue::Text(text) => (Some(text), None),
            AttributeValue::Binary(bytes) => (None, Some(bytes)),
        };
        Self { data_type: Some(data_type), text, binary, is_list: false }
    }
}

fn outward(StoredAttribute { data_type, value }: StoredAttribute) -> MessageAttribute {
    let value = match value {
        StoredValue::Text(text) => AttributeValue::Text(text),
        StoredValue::Binary(bytes) => AttributeValue::Binary(bytes),
    };
    MessageAttribute { data_type, value }
}
