use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{ListTagsForResource, ListTagsForResourceRequest, ListTagsForResourceResponse, Tag};
use super::tag_resource::of_resource;
use crate::Sns;

impl Handle<ListTagsForResource> for Sns {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListTagsForResourceRequest,
    ) -> Result<ListTagsForResourceResponse, AwsError> {
        let arn = input.resource_arn.unwrap_or_default();
        let topic = name::topic_of(context, "ListTagsForResource", "ResourceArn", &arn)?;
        let tags = self.topic(&topic).await.map_err(of_resource)?.tags;
        let tags = tags.into_iter().map(|(key, value)| Tag { key: Some(key), value: Some(value) });
        Ok(ListTagsForResourceResponse { tags: Some(tags.collect()) })
    }
}
