use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{TagResource, TagResourceRequest};
use crate::Logs;

impl Handle<TagResource> for Logs {
    async fn handle(&self, context: &RequestContext, input: TagResourceRequest) -> Result<(), AwsError> {
        let group = name::of_arn(context, &input.resource_arn.unwrap_or_default())?;
        Ok(self.tag(&group, input.tags.unwrap_or_default()).await?)
    }
}
