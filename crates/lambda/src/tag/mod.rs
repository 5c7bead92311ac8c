//! Tags, of whatever may bear them.

use std::collections::BTreeMap;

/// Tags that one resource may have. Source: Lambda guide, "Using tags".
pub(crate) const TAGS_MAX: usize = 50;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more than {TAGS_MAX} tags")]
pub(crate) struct TooManyTags;

pub(crate) fn check_tags(tags: &BTreeMap<String, String>) -> Result<(), TooManyTags> {
    if tags.len() > TAGS_MAX { Err(TooManyTags) } else { Ok(()) }
}
