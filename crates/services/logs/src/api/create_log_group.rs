use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{CreateLogGroup, CreateLogGroupRequest};
use crate::Logs;

impl Handle<CreateLogGroup> for Logs {
    async fn handle(&self, context: &RequestContext, input: CreateLogGroupRequest) -> Result<(), AwsError> {
        Ok(self.create_group(&name::group(context, input.log_group_name)).await?)
    }
}
