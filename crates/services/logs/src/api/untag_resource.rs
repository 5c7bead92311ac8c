use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{UntagResource, UntagResourceRequest};
use crate::Logs;

impl Handle<UntagResource> for Logs {
    async fn handle(&self, context: &RequestContext, input: UntagResourceRequest) -> Result<(), AwsError> {
        let group = name::of_arn(context, &input.resource_arn.unwrap_or_default())?;
        Ok(self.untag(&group, input.tag_keys.unwrap_or_default()).await?)
    }
}
