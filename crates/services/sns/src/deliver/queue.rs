use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hob_delivery::{AttributeValue, DeliveryError, MessageAttribute, QueueMessage};
use hob_storage::{MessageAttributeRecord, MessageContent, Notification};
use hob_types::QueueArn;

use super::decide::Failure;
use crate::Sns;
use crate::envelope::Envelope;

/// The user id by which queues know SNS, as messages show it that came through AWS's.
const SENDER: &str = "AIDAIT2UOQQY3AUEKVGXU";

/// Source: "Amazon SNS raw message delivery": with more attributes a message is not delivered.
const ATTRIBUTES_MAX: usize = 10;

pub(super) async fn deliver(sns: &Sns, queue: &QueueArn, envelope: &Envelope<'_>) -> Result<(), Failure> {
    let message = message(queue, envelope)?;
    let queues = sns.neighbours.queues().map_err(failure)?;
    queues.send(queue, message).await.map_err(failure)
}

fn message(queue: &QueueArn, envelope: &Envelope<'_>) -> Result<QueueMessage, Failure> {
    let mut message = QueueMessage {
        sender: SENDER.to_owned(),
        trace_header: envelope.message.trace_header.clone(),
        ..QueueMessage::default()
    };
    match &envelope.message.content {
        MessageContent::Notification(notification) => {
            if envelope.subscription.settings.raw_message_delivery {
                envelope.text(notification).clone_into(&mut message.body);
                message.attributes = attributes(notification)?;
            } else {
                message.body = envelope.to_document();
            }
            message.group_id.clone_from(&notification.group_id);
            if queue.is_fifo() {
                message.deduplication_id.clone_from(&notification.deduplication_id);
            }
        }
        _ => message.body = envelope.to_document(),
    }
    Ok(message)
}

fn attributes(notification: &Notification) -> Result<BTreeMap<String, MessageAttribute>, Failure> {
    if notification.attributes.len() > ATTRIBUTES_MAX {
        return Err(Failure::permanent("InvalidParameterValue", "more than 10 message attributes"));
    }
    let attributes = notification.attributes.iter();
    attributes.map(|(name, record)| Ok((name.clone(), attribute(record)?))).collect()
}

fn attribute(record: &MessageAttributeRecord) -> Result<MessageAttribute, Failure> {
    let MessageAttributeRecord { data_type, value } = record;
    let value = match data_type.starts_with("Binary") {
        true => AttributeValue::Binary(
            BASE64.decode(value).map_err(|error| Failure::permanent("InvalidParameterValue", error))?.into(),
        ),
        false => AttributeValue::Text(value.clone()),
    };
    Ok(MessageAttribute { data_type: data_type.clone(), value })
}

pub(super) fn failure(error: DeliveryError) -> Failure {
    match &error {
        DeliveryError::Unavailable(_) => Failure::temporary("ServiceUnavailable", error),
        DeliveryError::NoTarget(_) => Failure::permanent("NotFound", error),
        DeliveryError::Refused(_) => Failure::permanent("Refused", error),
    }
}
