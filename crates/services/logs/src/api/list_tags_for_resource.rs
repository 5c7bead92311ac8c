use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{ListTagsForResource, ListTagsForResourceRequest, ListTagsForResourceResponse};
use crate::Logs;

impl Handle<ListTagsForResource> for Logs {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListTagsForResourceRequest,
    ) -> Result<ListTagsForResourceResponse, AwsError> {
        let group = name::of_arn(context, &input.resource_arn.unwrap_or_default())?;
        Ok(ListTagsForResourceResponse { tags: Some(self.group(&group).await?.tags) })
    }
}
