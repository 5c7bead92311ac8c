//! Attributes of messages, between shapes and rules.

use std::collections::BTreeMap;

use hob_storage::{StoredAttribute, StoredValue};

use super::shapes::{MessageAttributeValue, MessageSystemAttributeValue};
use crate::message::DraftAttribute;

pub(super) fn attributes(
    attributes: Option<BTreeMap<String, MessageAttributeValue>>,
) -> BTreeMap<String, DraftAttribute> {
    let attributes = attributes.unwrap_or_default().into_iter();
    attributes
        .map(|(name, value)| {
            let is_list = value.string_list_values.is_some_and(|list| !list.is_empty())
                || value.binary_list_values.is_some_and(|list| !list.is_empty());
            let (text, binary) = (value.string_value, value.binary_value);
            (name, DraftAttribute { data_type: value.data_type, text, binary, is_list })
        })
        .collect()
}

pub(super) fn system_attributes(
    attributes: Option<BTreeMap<String, MessageSystemAttributeValue>>,
) -> BTreeMap<String, DraftAttribute> {
    let attributes = attributes.unwrap_or_default().into_iter();
    attributes
        .map(|(name, value)| {
            let is_list = value.string_list_values.is_some_and(|list| !list.is_empty())
                || value.binary_list_values.is_some_and(|list| !list.is_empty());
            let (text, binary) = (value.string_value, value.binary_value);
            (name, DraftAttribute { data_type: value.data_type, text, binary, is_list })
        })
        .collect()
}

pub(super) fn answer(StoredAttribute { data_type, value }: StoredAttribute) -> MessageAttributeValue {
    let (string_value, binary_value) = match value {
        StoredValue::Text(text) => (Some(text), None),
        StoredValue::Binary(bytes) => (None, Some(bytes)),
    };
    MessageAttributeValue { data_type: Some(data_type), string_value, binary_value, ..Default::default() }
}
