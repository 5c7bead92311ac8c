use std::collections::BTreeMap;

use hob_storage::{MessageAttributeRecord, Notification, TopicRecord};
use serde_json::{Map, Value};

use super::attribute::{InvalidMessageAttribute, NewAttribute};
use super::deduplication;

/// In bytes, with attributes. Source: Publish, `Message`; SNS quotas.
pub(crate) const MESSAGE_MAX: usize = 262_144;
/// In characters. Source: Publish, `Subject`.
const SUBJECT_MAX: usize = 100;
/// In characters. Source: Publish, `MessageGroupId`.
const ID_MAX: usize = 128;

/// A message that somebody wants to publish.
#[derive(Clone, Debug, Default)]
pub(crate) struct MessageRequest {
    pub message: String,
    pub subject: Option<String>,
    /// `json`: the message is an object with one message for each protocol.
    pub structure: Option<String>,
    pub attributes: BTreeMap<String, NewAttribute>,
    pub group_id: Option<String>,
    pub deduplication_id: Option<String>,
}

/// A message that a topic takes.
#[derive(Clone, Debug)]
pub(crate) struct ValidMessage {
    pub notification: Notification,
    /// In bytes, with attributes.
    pub size: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMessage {
    #[error("empty")]
    Empty,
    #[error("too long")]
    TooLong,
    #[error("a subject that is none")]
    Subject,
    #[error("a structure that is not known")]
    Structure,
    #[error("not JSON")]
    NotJson,
    #[error("no default message")]
    NoDefault,
    #[error("a FIFO topic needs a message group")]
    NoGroup,
    #[error("a FIFO topic needs a deduplication id")]
    NoDeduplicationId,
    #[error("a standard topic has no deduplication ids")]
    UnwantedDeduplicationId,
    #[error("{0} is not an id")]
    Id(&'static str),
    #[error(transparent)]
    Attribute(#[from] InvalidMessageAttribute),
}

impl MessageRequest {
    pub(crate) fn check(self, topic: &TopicRecord) -> Result<ValidMessage, InvalidMessage> {
        if self.message.is_empty() {
            return Err(InvalidMessage::Empty);
        }
        check_subject(self.subject.as_deref())?;
        self.check_ids(topic)?;
        let attributes = self.attributes.into_iter().map(|(name, attribute)| {
            let checked = attribute.check(&name)?;
            Ok((name, checked))
        });
        let attributes: BTreeMap<_, _> = attributes.collect::<Result<_, InvalidMessage>>()?;
        let size = self.message.len() + attributes_size(&attributes);
        if size > MESSAGE_MAX {
            return Err(InvalidMessage::TooLong);
        }
        let deduplication_id = deduplication::id(topic, self.deduplication_id, &self.message);
        let (message, by_protocol) = messages(self.message, self.structure.as_deref())?;
        let notification = Notification {
            message,
            by_protocol,
            subject: self.subject,
            attributes,
            group_id: self.group_id,
            deduplication_id,
        };
        Ok(ValidMessage { notification, size })
    }

    fn check_ids(&self, topic: &TopicRecord) -> Result<(), InvalidMessage> {
        check_id("MessageGroupId", self.group_id.as_deref())?;
        check_id("MessageDeduplicationId", self.deduplication_id.as_deref())?;
        match (&self.group_id, &self.deduplication_id) {
            (_, Some(_)) if !topic.arn.is_fifo() => Err(InvalidMessage::UnwantedDeduplicationId),
            _ if !topic.arn.is_fifo() => Ok(()),
            (None, _) => Err(InvalidMessage::NoGroup),
            (_, None) if !topic.settings.content_based_deduplication => {
                Err(InvalidMessage::NoDeduplicationId)
            }
            _ => Ok(()),
        }
    }
}

/// The message for everybody, and those for single protocols.
fn messages(
    message: String,
    structure: Option<&str>,
) -> Result<(String, BTreeMap<String, String>), InvalidMessage> {
    match structure {
        None | Some("") => return Ok((message, BTreeMap::new())),
        Some("json") => {}
        Some(_) => return Err(InvalidMessage::Structure),
    }
    let document: Map<String, Value> = serde_json::from_str(&message).map_err(|_| InvalidMessage::NotJson)?;
    // Members that are no strings are ignored. Source: Publish, `MessageStructure`.
    let texts =
        document.into_iter().filter_map(|(protocol, text)| Some((protocol, text.as_str()?.to_owned())));
    let mut by_protocol: BTreeMap<String, String> = texts.collect();
    let default = by_protocol.remove("default").ok_or(InvalidMessage::NoDefault)?;
    Ok((default, by_protocol))
}

fn attributes_size(attributes: &BTreeMap<String, MessageAttributeRecord>) -> usize {
    let size = |(name, attribute): (&String, &MessageAttributeRecord)| {
        let MessageAttributeRecord { data_type, value } = attribute;
        let value = if data_type.starts_with("Binary") { value.len() / 4 * 3 } else { value.len() };
        name.len() + data_type.len() + value
    };
    attributes.iter().map(size).sum()
}

/// Printable ASCII that begins with no space.
fn check_subject(subject: Option<&str>) -> Result<(), InvalidMessage> {
    let Some(subject) = subject else { return Ok(()) };
    let printable = subject.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    match printable && !subject.starts_with(' ') && (1..=SUBJECT_MAX).contains(&subject.len()) {
        true => Ok(()),
        false => Err(InvalidMessage::Subject),
    }
}

fn check_id(name: &'static str, id: Option<&str>) -> Result<(), InvalidMessage> {
    let Some(id) = id else { return Ok(()) };
    let legal = id.bytes().all(|byte| byte.is_ascii_graphic());
    match legal && (1..=ID_MAX).contains(&id.len()) {
        true => Ok(()),
        false => Err(InvalidMessage::Id(name)),
    }
}
