use std::collections::BTreeMap;

use hob_storage::{GroupNameFilter, LogGroupId, LogGroupRecord};
use hob_types::{AccountId, Region};

use crate::page::Page;
use crate::tags::check_keys;
use crate::{Logs, LogsError, token};

/// For how many days events may be kept. Source: PutRetentionPolicy, `retentionInDays`.
pub(crate) const RETENTION_DAYS: [i32; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

impl Logs {
    pub(crate) async fn create_group(
        &self,
        group: &LogGroupId,
        tags: BTreeMap<String, String>,
    ) -> Result<(), LogsError> {
        if group.name.to_ascii_lowercase().starts_with("aws/") {
            return Err(LogsError::ReservedGroupName);
        }
        check_keys(&tags)?;
        match self.store.create_group(group, tags, self.now()).await? {
            true => Ok(()),
            false => Err(LogsError::GroupExists),
        }
    }

    pub(crate) async fn delete_group(&self, group: &LogGroupId) -> Result<(), LogsError> {
        existing(self.store.delete_group(group).await?)
    }

    /// `None`: keep events for ever.
    pub(crate) async fn set_retention(&self, group: &LogGroupId, days: Option<i32>) -> Result<(), LogsError> {
        let days = days.map(retention_days).transpose()?;
        existing(self.store.set_retention(group, days).await?)
    }

    pub(crate) async fn group(&self, group: &LogGroupId) -> Result<LogGroupRecord, LogsError> {
        self.store.group(group).await?.ok_or(LogsError::NoGroup)
    }

    /// A page of groups by name.
    pub(crate) async fn groups(
        &self,
        account: &AccountId,
        region: &Region,
        filter: GroupNameFilter,
        token: Option<&str>,
        limit: usize,
    ) -> Result<Page<LogGroupRecord>, LogsError> {
        let scope = format!("groups {account} {region} {filter:?}");
        let after = token.map(|token| token::unseal(&scope, token)).transpose()?;
        // One more than the page holds tells whether there are more.
        let found = self.store.groups(account, region, &filter, after.as_deref(), limit + 1).await?;
        Ok(Page::cut(found, limit, |last| token::seal(&scope, &last.id.name)))
    }
}

pub(crate) fn existing(found: bool) -> Result<(), LogsError> {
    if found { Ok(()) } else { Err(LogsError::NoGroup) }
}

fn retention_days(days: i32) -> Result<u32, LogsError> {
    match u32::try_from(days) {
        Ok(kept) if RETENTION_DAYS.contains(&days) => Ok(kept),
        _ => Err(LogsError::InvalidRetention { days }),
    }
}
