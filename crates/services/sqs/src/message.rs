//! What a message must be before a queue takes it.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use hob_storage::{DeduplicationScope, NewMessage, QueueRecord, StoredAttribute, StoredValue};
use hob_types::{Sha256Digest, Timestamp};

use crate::error::{InvalidMessageAttribute, Range};
use crate::{SqsError, digest};

/// The one system attribute that a sender may set.
pub(crate) const TRACE_HEADER: &str = "AWSTraceHeader";
const ATTRIBUTES_MAX: usize = 10;
/// In bytes.
const ATTRIBUTE_NAME_MAX: usize = 256;

/// A message as its sender wrote it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(crate) body: String,
    /// In seconds.
    pub(crate) delay: Option<i64>,
    pub(crate) attributes: BTreeMap<String, DraftAttribute>,
    pub(crate) system_attributes: BTreeMap<String, DraftAttribute>,
    pub(crate) group: Option<String>,
    pub(crate) deduplication_id: Option<String>,
    /// Of the request that brought it; the system attribute comes first.
    pub(crate) trace_header: Option<String>,
    pub(crate) sender: String,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct DraftAttribute {
    pub(crate) data_type: Option<String>,
    pub(crate) text: Option<String>,
    pub(crate) binary: Option<Bytes>,
    /// There is a list of values, which SQS has never served.
    pub(crate) is_list: bool,
}

/// A message that its queue can take.
#[derive(Clone, Debug)]
pub(crate) struct Checked {
    pub(crate) message: NewMessage,
    /// Of body and attributes.
    pub(crate) bytes: usize,
    pub(crate) digests: Digests,
}

/// MD5, hexadecimal; `None`: there is nothing of the kind.
#[derive(Clone, Debug)]
pub(crate) struct Digests {
    pub(crate) body: String,
    pub(crate) attributes: Option<String>,
    pub(crate) system_attributes: Option<String>,
}

impl Draft {
    pub(crate) fn check(
        self,
        message_id: String,
        queue: &QueueRecord,
        in_batch: bool,
        now: Timestamp,
    ) -> Result<Checked, SqsError> {
        check_body(&self.body)?;
        let attributes = attributes(self.attributes)?;
        let system_attributes = system_attributes(self.system_attributes)?;
        let bytes = self.body.len() + attributes.iter().map(bytes_of).sum::<usize>();
        let limit = queue.settings.maximum_message_size as usize;
        if bytes > limit {
            return Err(SqsError::MessageTooLong { limit, in_batch });
        }
        let (group, deduplication_id) = order(queue, self.group, self.deduplication_id, &self.body)?;
        let fifo = queue.settings.fifo.as_ref();
        let sent_trace = system_attributes.get(TRACE_HEADER).and_then(|attribute| match &attribute.value {
            StoredValue::Text(text) => Some(text.clone()),
            StoredValue::Binary(_) => None,
        });
        Ok(Checked {
            bytes,
            digests: Digests {
                body: digest::of_body(&self.body),
                attributes: digest::of_attributes(&attributes),
                system_attributes: digest::of_attributes(&system_attributes),
            },
            message: NewMessage {
                message_id,
                body: self.body,
                attributes,
                visible_at: now + delay(queue, self.delay)?,
                group,
                deduplication_id,
                deduplicate_in_group: fifo
                    .is_some_and(|fifo| fifo.deduplication_scope == DeduplicationScope::MessageGroup),
                trace_header: sent_trace.or(self.trace_header),
                sender: self.sender,
            },
        })
    }
}

fn check_body(body: &str) -> Result<(), SqsError> {
    if body.is_empty() {
        return Err(SqsError::Missing("MessageBody"));
    }
    if body.chars().all(is_legal) { Ok(()) } else { Err(SqsError::InvalidCharacters) }
}

/// Whether XML 1.0 can say it.
fn is_legal(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        other => other >= ' ',
    }
}

fn bytes_of((name, attribute): (&String, &StoredAttribute)) -> usize {
    let value = match &attribute.value {
        StoredValue::Text(text) => text.len(),
        StoredValue::Binary(bytes) => bytes.len(),
    };
    name.len() + attribute.data_type.len() + value
}

fn delay(queue: &QueueRecord, seconds: Option<i64>) -> Result<Duration, SqsError> {
    let is_fifo = queue.settings.fifo.is_some();
    match seconds {
        Some(value) if is_fifo && value != 0 => {
            Err(SqsError::WrongQueueType { parameter: "DelaySeconds", value: value.to_string() })
        }
        Some(value) if !is_fifo => match u64::try_from(value) {
            Ok(seconds) if seconds <= 900 => Ok(Duration::from_secs(seconds)),
            _ => Err(SqsError::OutOfRange { name: "DelaySeconds", value, range: Range::Named(0, 900) }),
        },
        _ => Ok(Duration::from_secs(queue.settings.delay.into())),
    }
}

/// The group and the deduplication id, as the type of the queue demands them.
fn order(
    queue: &QueueRecord,
    group: Option<String>,
    deduplication_id: Option<String>,
    body: &str,
) -> Result<(Option<String>, Option<String>), SqsError> {
    check_token("MessageGroupId", group.as_deref())?;
    check_token("MessageDeduplicationId", deduplication_id.as_deref())?;
    match (&queue.settings.fifo, deduplication_id) {
        (None, None) => Ok((group, None)),
        (None, Some(value)) => Err(SqsError::WrongQueueType { parameter: "MessageDeduplicationId", value }),
        (Some(_), _) if group.is_none() => Err(SqsError::Missing("MessageGroupId")),
        (Some(_), Some(id)) => Ok((group, Some(id))),
        (Some(fifo), None) if fifo.content_based_deduplication => Ok((group, Some(sha256(body)))),
        (Some(_), None) => Err(SqsError::NoDeduplicationId),
    }
}

/// Hexadecimal.
fn sha256(body: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, body.as_bytes());
    let bytes = digest.as_ref().try_into().unwrap_or_default();
    Sha256Digest::new(bytes).to_string()
}

/// 1 to 128 printable characters of ASCII without the space.
pub(crate) fn check_token(parameter: &'static str, value: Option<&str>) -> Result<(), SqsError> {
    match value {
        Some(value) if !(1..=128).contains(&value.len()) || !value.bytes().all(|b| b.is_ascii_graphic()) => {
            Err(SqsError::InvalidToken { parameter, value: value.to_owned() })
        }
        _ => Ok(()),
    }
}

fn attributes(
    drafts: BTreeMap<String, DraftAttribute>,
) -> Result<BTreeMap<String, StoredAttribute>, InvalidMessageAttribute> {
    if drafts.len() > ATTRIBUTES_MAX {
        return Err(InvalidMessageAttribute::TooMany(drafts.len()));
    }
    drafts
        .into_iter()
        .map(|(name, draft)| {
            check_name(&name)?;
            let attribute = attribute(&name, draft)?;
            Ok((name, attribute))
        })
        .collect()
}

fn system_attributes(
    drafts: BTreeMap<String, DraftAttribute>,
) -> Result<BTreeMap<String, StoredAttribute>, InvalidMessageAttribute> {
    drafts
        .into_iter()
        .map(|(name, draft)| match attribute(&name, draft)? {
            attribute if name == TRACE_HEADER && attribute.data_type == "String" => Ok((name, attribute)),
            _ => Err(InvalidMessageAttribute::System(name)),
        })
        .collect()
}

fn check_name(name: &str) -> Result<(), InvalidMessageAttribute> {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let lower = name.to_ascii_lowercase();
    let is_reserved = lower.starts_with("aws.") || lower.starts_with("amazon.");
    let has_odd_dots = name.starts_with('.') || name.ends_with('.') || name.contains("..");
    let is_legal = (1..=ATTRIBUTE_NAME_MAX).contains(&name.len()) && name.bytes().all(legal);
    if is_legal && !is_reserved && !has_odd_dots {
        Ok(())
    } else {
        Err(InvalidMessageAttribute::Name(name.to_owned()))
    }
}

fn attribute(name: &str, draft: DraftAttribute) -> Result<StoredAttribute, InvalidMessageAttribute> {
    let named = || name.to_owned();
    if draft.is_list {
        return Err(InvalidMessageAttribute::List(named()));
    }
    let data_type = draft.data_type.filter(|data_type| !data_type.is_empty());
    let data_type = data_type.ok_or_else(|| InvalidMessageAttribute::NoType(named()))?;
    let kind = data_type.split_once('.').map_or(data_type.as_str(), |(kind, _)| kind);
    let text = draft.text.filter(|text| !text.is_empty());
    let binary = draft.binary.filter(|bytes| !bytes.is_empty());
    let value = match (kind, text, binary) {
        ("String", Some(text), _) if text.chars().all(is_legal) => StoredValue::Text(text),
        ("String", Some(_), _) => return Err(InvalidMessageAttribute::Characters(named())),
        ("Number", Some(text), _) if is_number(&text) => StoredValue::Text(text),
        ("Number", Some(_), _) => return Err(InvalidMessageAttribute::NotANumber(named())),
        ("Binary", _, Some(bytes)) => StoredValue::Binary(bytes),
        ("String" | "Number" | "Binary", ..) => {
            return Err(InvalidMessageAttribute::NoValue { name: named(), data_type });
        }
        _ => return Err(InvalidMessageAttribute::Type(named())),
    };
    Ok(StoredAttribute { data_type, value })
}

fn is_number(text: &str) -> bool {
    text.trim().parse::<f64>().is_ok_and(f64::is_finite)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(data_type: &str, text: &str) -> DraftAttribute {
        DraftAttribute { data_type: Some(data_type.into()), text: Some(text.into()), ..Default::default() }
    }

    #[test]
    fn a_body_is_what_xml_can_say() {
        assert!(check_body("a\t\n\rä\u{fffd}\u{10ffff}").is_ok());
        for bad in ["\u{0}", "\u{1f}", "\u{fffe}", "\u{ffff}"] {
            assert!(matches!(check_body(bad), Err(SqsError::InvalidCharacters)), "{bad:?}");
        }
        assert!(matches!(check_body(""), Err(SqsError::Missing("MessageBody"))));
    }

    #[test]
    fn the_type_of_an_attribute_may_have_a_suffix() {
        assert!(attribute("a", text("String.uuid", "x")).is_ok());
        assert!(attribute("a", text("Number.int", "1e3")).is_ok());
        let why = |draft| attribute("a", draft).unwrap_err();
        assert_eq!(why(text("Number", "x")), InvalidMessageAttribute::NotANumber("a".into()));
        assert_eq!(why(text("Text", "x")), InvalidMessageAttribute::Type("a".into()));
        assert_eq!(why(text("", "x")), InvalidMessageAttribute::NoType("a".into()));
        let no_value = InvalidMessageAttribute::NoValue { name: "a".into(), data_type: "Binary".into() };
        assert_eq!(why(text("Binary", "x")), no_value);
    }

    #[test]
    fn names_of_attributes_are_not_awss() {
        for good in ["a", "a.b", "A_1-2", "awsx"] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        for bad in ["", ".a", "a.", "a..b", "AWS.a", "Amazon.a", "ä", "a b", &"x".repeat(257)] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_attribute_is_taken_or_refused_without_a_panic(name: String, data_type: String, value: String) {
            let _ = attributes(BTreeMap::from([(name, text(&data_type, &value))]));
        }
    }
}
