use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{CreateLogStream, CreateLogStreamRequest};
use crate::Logs;

impl Handle<CreateLogStream> for Logs {
    async fn handle(&self, context: &RequestContext, input: CreateLogStreamRequest) -> Result<(), AwsError> {
        Ok(self.create_stream(&name::stream(context, input.log_group_name, input.log_stream_name)).await?)
    }
}
