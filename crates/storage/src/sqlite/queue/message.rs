//! The row of a message.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hob_types::Timestamp;
use rusqlite::Row;
use serde::{Deserialize, Serialize};

use crate::sqlite::rows::{parsed, timestamp};
use crate::{Receipt, ReceivedMessage, StorageError, StoredAttribute, StoredValue};

/// What [`Candidate::read`] reads.
pub(super) const COLUMNS: &str = "
    SELECT id, receives, visible_at, first_received, group_id, message_id, sent, enqueued, sender, body,
        attributes, group_name, deduplication_id, trace_header, dead_letter_source
    FROM message";

/// A message that may be handed out.
pub(super) struct Candidate {
    pub(super) id: i64,
    pub(super) receives: u32,
    pub(super) visible_at: Timestamp,
    pub(super) group: Option<i64>,
    pub(super) enqueued: Timestamp,
    /// As it was before it is handed out.
    pub(super) message: ReceivedMessage,
}

impl Candidate {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let (id, receives) = (row.get(0)?, row.get(1)?);
        Ok(Self {
            id,
            receives,
            visible_at: timestamp(row, 2)?,
            group: row.get(4)?,
            enqueued: timestamp(row, 7)?,
            message: ReceivedMessage {
                receipt: Receipt { message: id, receives },
                first_received: timestamp(row, 3)?,
                message_id: row.get(5)?,
                sent: timestamp(row, 6)?,
                sender: row.get(8)?,
                body: row.get(9)?,
                attributes: attributes(row, 10)?,
                group: row.get(11)?,
                deduplication_id: row.get(12)?,
                sequence: u64::try_from(id).unwrap_or_default(),
                trace_header: row.get(13)?,
                dead_letter_source: row.get(14)?,
            },
        })
    }
}

/// An attribute as it lies in the row.
#[derive(Serialize, Deserialize)]
struct Attribute {
    #[serde(rename = "t")]
    data_type: String,
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// Base64.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    binary: Option<String>,
}

/// `None`: there are none.
pub(super) fn encode(attributes: &BTreeMap<String, StoredAttribute>) -> Result<Option<String>, StorageError> {
    if attributes.is_empty() {
        return Ok(None);
    }
    let encoded: BTreeMap<&str, Attribute> =
        attributes.iter().map(|(name, attribute)| (name.as_str(), attribute.into())).collect();
    let json = serde_json::to_string(&encoded);
    json.map(Some).map_err(|error| StorageError::Database(error.to_string()))
}

fn attributes(row: &Row<'_>, column: usize) -> rusqlite::Result<BTreeMap<String, StoredAttribute>> {
    if row.get_ref(column)?.as_str_or_null()?.is_none() {
        return Ok(BTreeMap::new());
    }
    let stored: BTreeMap<String, Attribute> = parsed(row, column, |text| serde_json::from_str(text))?;
    Ok(stored.into_iter().map(|(name, attribute)| (name, attribute.into())).collect())
}

impl From<&StoredAttribute> for Attribute {
    fn from(attribute: &StoredAttribute) -> Self {
        let (text, binary) = match &attribute.value {
            StoredValue::Text(text) => (Some(text.clone()), None),
            StoredValue::Binary(bytes) => (None, Some(BASE64.encode(bytes))),
        };
        Self { data_type: attribute.data_type.clone(), text, binary }
    }
}

impl From<Attribute> for StoredAttribute {
    fn from(Attribute { data_type, text, binary }: Attribute) -> Self {
        let value = match (text, binary) {
            (Some(text), _) => StoredValue::Text(text),
            // It was encoded here.
            (None, binary) => {
                StoredValue::Binary(BASE64.decode(binary.unwrap_or_default()).unwrap_or_default().into())
            }
        };
        Self { data_type, value }
    }
}
