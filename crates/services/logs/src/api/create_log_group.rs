use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{CreateLogGroup, CreateLogGroupRequest};
use crate::{Logs, LogsError};

impl Handle<CreateLogGroup> for Logs {
    async fn handle(&self, context: &RequestContext, input: CreateLogGroupRequest) -> Result<(), AwsError> {
        check_served(&input)?;
        let group = name::group(context, input.log_group_name);
        Ok(self.create_group(&group, input.tags.unwrap_or_default()).await?)
    }
}

/// Hob says what it cannot honour, rather than to pretend.
fn check_served(input: &CreateLogGroupRequest) -> Result<(), LogsError> {
    let class = input.log_group_class.as_deref();
    if input.kms_key_id.is_some() {
        Err(LogsError::Unserved("kmsKeyId"))
    } else if class.is_some_and(|class| class != "STANDARD") {
        Err(LogsError::Unserved("logGroupClass other than STANDARD"))
    } else if input.deletion_protection_enabled == Some(true) {
        Err(LogsError::Unserved("deletionProtectionEnabled"))
    } else {
        Ok(())
    }
}
