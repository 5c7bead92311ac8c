use hob_wire::{AwsError, Handle, RequestContext};

use crate::S3;
use crate::announce::Action;
use crate::api::context::{cause, object_access};
use crate::api::shapes::{PutObjectTagging, PutObjectTaggingOutput, PutObjectTaggingRequest};
use crate::object::check_tags;

impl Handle<PutObjectTagging> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: PutObjectTaggingRequest,
    ) -> Result<PutObjectTaggingOutput, AwsError> {
        let owner = input.expected_bucket_owner;
        let object = object_access(context, input.bucket, input.key, input.version_id, owner);
        let set = input.tagging.and_then(|tagging| tagging.tag_set).unwrap_or_default().into_iter();
        let pairs = set.map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default()));
        let tags = check_tags(pairs)?;
        let change =
            Box::new(move |description: &mut hob_storage::ObjectDescription| description.tags = tags);
        let existing = self.describe(&object, cause(context, Action::PutTagging), change).await?;
        Ok(PutObjectTaggingOutput { version_id: existing.version_id })
    }
}
