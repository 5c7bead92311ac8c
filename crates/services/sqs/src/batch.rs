//! What holds for the entries of every batch.

use std::collections::HashSet;

use crate::SqsError;

const ENTRIES_MAX: usize = 10;
/// In characters.
const ID_MAX: usize = 80;

/// `entry` is what AWS calls an entry.
pub(crate) fn check<'a>(
    ids: impl ExactSizeIterator<Item = &'a str>,
    entry: &'static str,
) -> Result<(), SqsError> {
    match ids.len() {
        0 => return Err(SqsError::EmptyBatch { entry }),
        count if count > ENTRIES_MAX => return Err(SqsError::TooManyEntries(count)),
        _ => {}
    }
    let mut seen = HashSet::new();
    for id in ids {
        if !is_id(id) {
            return Err(SqsError::InvalidEntryId);
        }
        if !seen.insert(id) {
            return Err(SqsError::EntryIdsNotDistinct(id.to_owned()));
        }
    }
    Ok(())
}

fn is_id(id: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=ID_MAX).contains(&id.len()) && id.bytes().all(legal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(ids: &[&str]) -> Option<String> {
        check(ids.iter().copied(), "Entry").err().map(|error| error.to_string())
    }

    #[test]
    fn a_batch_has_one_to_ten_entries_with_ids_of_their_own() {
        assert_eq!(refusal(&["a", "B-1_2"]), None);
        assert_eq!(refusal(&[]).unwrap(), "an empty batch");
        assert_eq!(refusal(&["a"; 11]).unwrap(), "11 entries");
        assert_eq!(refusal(&["a", "a"]).unwrap(), "two entries are called a");
        for bad in ["", "a.b", "ä", &"x".repeat(81)] {
            assert_eq!(refusal(&[bad]).unwrap(), "not the id of an entry", "{bad}");
        }
    }
}
