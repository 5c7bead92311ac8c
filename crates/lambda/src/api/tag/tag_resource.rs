//! TagResource: tags are added, or get other values.

use hob_wire::{AwsError, Handle, RequestContext};

use super::taggable;
use crate::api::Lambda;
use crate::api::shapes::{TagResource, TagResourceRequest};
use crate::tag::TagChange;

impl Handle<TagResource> for Lambda {
    async fn handle(&self, context: &RequestContext, input: TagResourceRequest) -> Result<(), AwsError> {
        let of = taggable(input.resource.as_deref())?;
        let change = TagChange::Set(input.tags.unwrap_or_default());
        Ok(self.functions.change_tags(&Self::owner(context), &of, &change).await?)
    }
}
