//! Tags, of whatever may bear them.

mod operations;
mod taggable;

use std::collections::BTreeMap;

use hob_storage::StorageError;
use hob_types::Region;

pub(crate) use self::taggable::{Taggable, TaggableKind};
use crate::function::UpdateRefused;

/// Tags that one resource may have. Source: Lambda guide, "Using tags".
const TAGS_MAX: usize = 50;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more than {TAGS_MAX} tags")]
pub(crate) struct TooManyTags;

pub(crate) fn check_tags(tags: &BTreeMap<String, String>) -> Result<(), TooManyTags> {
    if tags.len() > TAGS_MAX { Err(TooManyTags) } else { Ok(()) }
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum TagError {
    #[error("aliases and versions have no tags")]
    Qualified,
    #[error("{0} does not exist")]
    NotFound(Box<Taggable>),
    #[error("the resource is another account's, or another region's")]
    Elsewhere { of: Box<Taggable>, here: Region },
    #[error("no tags to set")]
    Empty,
    #[error(transparent)]
    TooMany(#[from] TooManyTags),
    #[error(transparent)]
    Refused(#[from] UpdateRefused),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What becomes of a resource's tags.
#[derive(Clone, Debug)]
pub(crate) enum TagChange {
    Set(BTreeMap<String, String>),
    /// What is not there is no error.
    Remove(Vec<String>),
}

impl TagChange {
    fn apply(&self, tags: &mut BTreeMap<String, String>) -> Result<(), TagError> {
        match self {
            Self::Set(added) if added.is_empty() => return Err(TagError::Empty),
            Self::Set(added) => tags.extend(added.clone()),
            Self::Remove(keys) => tags.retain(|key, _| !keys.contains(key)),
        }
        Ok(check_tags(tags)?)
    }
}
