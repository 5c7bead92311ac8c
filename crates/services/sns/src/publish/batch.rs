use std::collections::BTreeSet;

use super::message::{MESSAGE_MAX, MessageRequest, ValidMessage};
use crate::SnsError;

/// One message of several.
pub(crate) struct BatchEntry {
    pub id: String,
    pub request: MessageRequest,
}

/// Source: PublishBatch.
const ENTRIES_MAX: usize = 10;
const ID_MAX: usize = 80;

/// What must hold for all of them together.
pub(crate) fn check_entries(entries: &[BatchEntry]) -> Result<(), SnsError> {
    if entries.is_empty() {
        return Err(SnsError::EmptyBatch);
    }
    if entries.len() > ENTRIES_MAX {
        return Err(SnsError::TooManyEntries(entries.len()));
    }
    if entries.iter().any(|entry| !is_id(&entry.id)) {
        return Err(SnsError::InvalidEntryId);
    }
    let ids: BTreeSet<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
    if ids.len() < entries.len() {
        return Err(SnsError::SameEntryIds);
    }
    Ok(())
}

/// What those that are taken may be together, with their attributes.
pub(crate) fn check_size(messages: &[ValidMessage]) -> Result<(), SnsError> {
    match messages.iter().map(|message| message.size).sum::<usize>() > MESSAGE_MAX {
        true => Err(SnsError::BatchTooLong),
        false => Ok(()),
    }
}

fn is_id(id: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=ID_MAX).contains(&id.len()) && id.bytes().all(legal)
}
