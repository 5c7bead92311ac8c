use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{DeleteLogGroup, DeleteLogGroupRequest};
use crate::Logs;

impl Handle<DeleteLogGroup> for Logs {
    async fn handle(&self, context: &RequestContext, input: DeleteLogGroupRequest) -> Result<(), AwsError> {
        Ok(self.delete_group(&name::group(context, input.log_group_name)).await?)
    }
}
