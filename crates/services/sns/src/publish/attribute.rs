use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use hob_storage::MessageAttributeRecord;
use serde_json::Value;

/// An attribute of a message as it was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NewAttribute {
    pub data_type: String,
    pub text: Option<String>,
    pub binary: Option<Bytes>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMessageAttribute {
    #[error("the name {0:?} is not one")]
    Name(String),
    #[error("{0:?} has no type")]
    NoType(String),
    #[error("{0:?} has a type that there is not")]
    Type(String),
    #[error("{name:?} of type {data_type} has no value")]
    NoValue { name: String, data_type: String },
    #[error("{name:?} of type {data_type} has a value of another type")]
    OtherValue { name: String, data_type: String },
    #[error("{0:?} is no number")]
    NotANumber(String),
    #[error("{0:?} is no array of strings, numbers, booleans and nulls")]
    NotAnArray(String),
}

/// Source: "Amazon SNS message attributes".
const NAME_MAX: usize = 256;

impl NewAttribute {
    pub(super) fn check(self, name: &str) -> Result<MessageAttributeRecord, InvalidMessageAttribute> {
        check_name(name)?;
        let named = || name.to_owned();
        let Self { data_type, text, binary } = self;
        if data_type.is_empty() {
            return Err(InvalidMessageAttribute::NoType(named()));
        }
        let kind = data_type.split('.').next().unwrap_or_default();
        let other_value =
            || InvalidMessageAttribute::OtherValue { name: named(), data_type: data_type.clone() };
        let value = match (kind, text, binary) {
            ("String" | "Number", Some(text), None) => text,
            ("Binary", None, Some(bytes)) => BASE64.encode(bytes),
            ("String" | "Number" | "Binary", None, None) => String::new(),
            ("String" | "Number" | "Binary", _, _) => return Err(other_value()),
            _ => return Err(InvalidMessageAttribute::Type(named())),
        };
        if value.is_empty() {
            return Err(InvalidMessageAttribute::NoValue { name: named(), data_type });
        }
        check_value(name, &data_type, &value)?;
        Ok(MessageAttributeRecord { data_type, value })
    }
}

fn check_value(name: &str, data_type: &str, value: &str) -> Result<(), InvalidMessageAttribute> {
    let is_scalar = |value: &Value| !value.is_array() && !value.is_object();
    match data_type {
        "Number" if value.parse::<f64>().is_err() => {
            Err(InvalidMessageAttribute::NotANumber(name.to_owned()))
        }
        "String.Array" => match serde_json::from_str::<Vec<Value>>(value) {
            Ok(items) if items.iter().all(is_scalar) => Ok(()),
            _ => Err(InvalidMessageAttribute::NotAnArray(name.to_owned())),
        },
        _ => Ok(()),
    }
}

fn check_name(name: &str) -> Result<(), InvalidMessageAttribute> {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let dots = name.starts_with('.') || name.ends_with('.') || name.contains("..");
    match (1..=NAME_MAX).contains(&name.len()) && name.bytes().all(legal) && !dots {
        true => Ok(()),
        false => Err(InvalidMessageAttribute::Name(name.to_owned())),
    }
}
