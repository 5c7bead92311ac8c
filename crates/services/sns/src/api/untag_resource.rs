use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{UntagResource, UntagResourceRequest, UntagResourceResponse};
use super::tag_resource::of_resource;
use crate::Sns;

impl Handle<UntagResource> for Sns {
    async fn handle(
        &self,
        context: &RequestContext,
        input: UntagResourceRequest,
    ) -> Result<UntagResourceResponse, AwsError> {
        let arn = input.resource_arn.unwrap_or_default();
        let topic = name::topic_of(context, "UntagResource", "ResourceArn", &arn)?;
        self.untag_topic(&topic, &input.tag_keys.unwrap_or_default()).await.map_err(of_resource)?;
        Ok(UntagResourceResponse::default())
    }
}
