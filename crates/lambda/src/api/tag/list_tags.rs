//! ListTags: all tags of a resource.

use hob_wire::{AwsError, Handle, RequestContext};

use super::taggable;
use crate::api::Lambda;
use crate::api::shapes::{ListTags, ListTagsRequest, ListTagsResponse};

impl Handle<ListTags> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListTagsRequest,
    ) -> Result<ListTagsResponse, AwsError> {
        let of = taggable(input.resource.as_deref())?;
        let tags = self.functions.tags(&Self::owner(context), &of).await?;
        Ok(ListTagsResponse { tags: Some(tags) })
    }
}
