//! UntagResource: tags are removed; those that are not there do not matter.

use hob_wire::{AwsError, Handle, RequestContext};

use super::taggable;
use crate::api::Lambda;
use crate::api::shapes::{UntagResource, UntagResourceRequest};
use crate::tag::TagChange;

impl Handle<UntagResource> for Lambda {
    async fn handle(&self, context: &RequestContext, input: UntagResourceRequest) -> Result<(), AwsError> {
        let of = taggable(input.resource.as_deref())?;
        let change = TagChange::Remove(input.tag_keys.unwrap_or_default());
        Ok(self.functions.change_tags(&Self::owner(context), &of, &change).await?)
    }
}
