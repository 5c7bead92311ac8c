use std::collections::BTreeMap;

use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{Tag, TagResource, TagResourceRequest, TagResourceResponse};
use crate::{Sns, SnsError};

impl Handle<TagResource> for Sns {
    async fn handle(
        &self,
        context: &RequestContext,
        input: TagResourceRequest,
    ) -> Result<TagResourceResponse, AwsError> {
        let arn = input.resource_arn.unwrap_or_default();
        let topic = name::topic_of(context, "TagResource", "ResourceArn", &arn)?;
        let tags = tags(input.tags.unwrap_or_default());
        self.tag_topic(&topic, tags).await.map_err(of_resource)?;
        Ok(TagResourceResponse::default())
    }
}

/// The operations on tags have their own error for what does not exist.
pub(super) fn of_resource(error: SnsError) -> AwsError {
    match error {
        SnsError::NoTopic => AwsError::new("ResourceNotFound", "Resource does not exist"),
        other => other.into(),
    }
}

/// Of a key that stands twice the last value counts.
pub(super) fn tags(tags: Vec<Tag>) -> BTreeMap<String, String> {
    tags.into_iter().map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default())).collect()
}
