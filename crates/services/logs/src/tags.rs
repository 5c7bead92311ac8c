use std::collections::BTreeMap;

use hob_storage::{LogGroupId, Tagged};

use crate::group::existing;
use crate::{Logs, LogsError};

/// How many tags a group may have. Source: TagResource.
pub(crate) const TAGS_MAX: usize = 50;

impl Logs {
    pub(crate) async fn tag(
        &self,
        group: &LogGroupId,
        tags: BTreeMap<String, String>,
    ) -> Result<(), LogsError> {
        check_keys(&tags)?;
        match self.store.tag_group(group, tags, TAGS_MAX).await? {
            Tagged::Tagged => Ok(()),
            Tagged::NoGroup => Err(LogsError::NoGroup),
            Tagged::TooMany => Err(LogsError::TooManyTags),
        }
    }

    pub(crate) async fn untag(&self, group: &LogGroupId, keys: Vec<String>) -> Result<(), LogsError> {
        existing(self.store.untag_group(group, keys).await?)
    }
}

/// Keys that begin with `aws:` are those that AWS's own services give. Source: TagResource.
pub(crate) fn check_keys(tags: &BTreeMap<String, String>) -> Result<(), LogsError> {
    match tags.keys().any(|key| key.starts_with("aws:")) {
        true => Err(LogsError::ReservedTagKey),
        false => Ok(()),
    }
}
