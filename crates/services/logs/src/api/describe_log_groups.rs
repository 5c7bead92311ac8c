use hob_storage::{GroupNameFilter, LogGroupRecord};
use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{DescribeLogGroups, DescribeLogGroupsRequest, DescribeLogGroupsResponse, LogGroup};
use crate::page::Page;
use crate::{Logs, LogsError};

/// The default and the maximum of `limit`.
const LIMIT: i32 = 50;

impl Handle<DescribeLogGroups> for Logs {
    async fn handle(
        &self,
        context: &RequestContext,
        input: DescribeLogGroupsRequest,
    ) -> Result<DescribeLogGroupsResponse, AwsError> {
        let page = match input.log_group_identifiers {
            Some(identifiers) => {
                Page { items: self.identified(context, &identifiers).await?, next_token: None }
            }
            None => {
                let filter = filter(input.log_group_name_prefix, input.log_group_name_pattern)?;
                let limit = usize::try_from(input.limit.unwrap_or(LIMIT)).unwrap_or_default();
                let token = input.next_token.as_deref();
                self.groups(&context.account, &context.region, filter, token, limit).await?
            }
        };
        Ok(DescribeLogGroupsResponse {
            log_groups: Some(page.items.into_iter().map(LogGroup::from).collect()),
            next_token: page.next_token,
        })
    }
}

impl Logs {
    /// Those of the identifiers that exist.
    async fn identified(
        &self,
        context: &RequestContext,
        identifiers: &[String],
    ) -> Result<Vec<LogGroupRecord>, LogsError> {
        let mut groups = Vec::with_capacity(identifiers.len());
        for identifier in identifiers {
            let group = name::identified(context, identifier)?;
            groups.extend(self.store.group(&group).await?);
        }
        Ok(groups)
    }
}

fn filter(prefix: Option<String>, pattern: Option<String>) -> Result<GroupNameFilter, LogsError> {
    match (prefix, pattern) {
        (Some(_), Some(_)) => Err(LogsError::PrefixAndPattern),
        (Some(prefix), None) => Ok(GroupNameFilter::Prefix(prefix)),
        (None, Some(pattern)) => Ok(GroupNameFilter::Contains(pattern)),
        (None, None) => Ok(GroupNameFilter::All),
    }
}

impl From<LogGroupRecord> for LogGroup {
    fn from(group: LogGroupRecord) -> Self {
        let arn = name::group_arn(&group.id);
        Self {
            creation_time: Some(group.created.as_millis()),
            retention_in_days: group.retention_days.and_then(|days| days.try_into().ok()),
            metric_filter_count: Some(0),
            arn: Some(format!("{arn}:*")),
            stored_bytes: Some(group.stored_bytes.try_into().unwrap_or(i64::MAX)),
            log_group_class: Some("STANDARD".to_owned()),
            log_group_arn: Some(arn),
            log_group_name: Some(group.id.name),
            ..Self::default()
        }
    }
}
