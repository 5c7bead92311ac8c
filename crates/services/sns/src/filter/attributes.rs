use std::collections::BTreeMap;

use hob_storage::MessageAttributeRecord;
use serde_json::{Map, Number, Value};

/// The attributes of a message as the object that a pattern is compared with.
pub(super) fn to_event(attributes: &BTreeMap<String, MessageAttributeRecord>) -> Value {
    let fields = attributes.iter().map(|(name, attribute)| (name.clone(), value(attribute)));
    Value::Object(fields.collect::<Map<_, _>>())
}

/// The members of an array count as if each were the value. Of a binary one only that it exists is known.
fn value(attribute: &MessageAttributeRecord) -> Value {
    let MessageAttributeRecord { data_type, value } = attribute;
    let text = || Value::String(value.clone());
    match data_type.split('.').collect::<Vec<_>>()[..] {
        ["Number", ..] => value.parse::<Number>().map_or_else(|_| text(), Value::Number),
        ["String", "Array", ..] => serde_json::from_str(value).unwrap_or_else(|_| text()),
        ["Binary", ..] => Value::Null,
        _ => text(),
    }
}
