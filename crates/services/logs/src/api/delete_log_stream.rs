use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{DeleteLogStream, DeleteLogStreamRequest};
use crate::Logs;

impl Handle<DeleteLogStream> for Logs {
    async fn handle(&self, context: &RequestContext, input: DeleteLogStreamRequest) -> Result<(), AwsError> {
        Ok(self.delete_stream(&name::stream(context, input.log_group_name, input.log_stream_name)).await?)
    }
}
