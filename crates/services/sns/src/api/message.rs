//! Messages as callers give them.

use std::collections::BTreeMap;

use super::shapes::{MessageAttributeValue, PublishBatchRequestEntry, PublishInput};
use crate::publish::{BatchEntry, MessageRequest, NewAttribute};

impl From<MessageAttributeValue> for NewAttribute {
    fn from(value: MessageAttributeValue) -> Self {
        Self {
            data_type: value.data_type.unwrap_or_default(),
            text: value.string_value,
            binary: value.binary_value,
        }
    }
}

fn attributes(given: Option<BTreeMap<String, MessageAttributeValue>>) -> BTreeMap<String, NewAttribute> {
    given.unwrap_or_default().into_iter().map(|(name, value)| (name, value.into())).collect()
}

impl From<PublishInput> for MessageRequest {
    fn from(input: PublishInput) -> Self {
        Self {
            message: input.message.unwrap_or_default(),
            subject: input.subject,
            structure: input.message_structure,
            attributes: attributes(input.message_attributes),
            group_id: input.message_group_id,
            deduplication_id: input.message_deduplication_id,
        }
    }
}

impl From<PublishBatchRequestEntry> for BatchEntry {
    fn from(entry: PublishBatchRequestEntry) -> Self {
        let request = MessageRequest {
            message: entry.message.unwrap_or_default(),
            subject: entry.subject,
            structure: entry.message_structure,
            attributes: attributes(entry.message_attributes),
            group_id: entry.message_group_id,
            deduplication_id: entry.message_deduplication_id,
        };
        Self { id: entry.id.unwrap_or_default(), request }
    }
}
