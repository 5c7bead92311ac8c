use hob_wire::{AwsError, Handle, RequestContext};

use crate::S3;
use crate::api::context::object_access;
use crate::api::shapes::{GetObjectTagging, GetObjectTaggingOutput, GetObjectTaggingRequest, Tag};

impl Handle<GetObjectTagging> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetObjectTaggingRequest,
    ) -> Result<GetObjectTaggingOutput, AwsError> {
        let owner = input.expected_bucket_owner;
        let object = object_access(context, input.bucket, input.key, input.version_id, owner);
        let existing = self.existing(&object).await?;
        let tags = existing.content.description.tags.into_iter();
        let tags = tags.map(|(key, value)| Tag { key: Some(key), value: Some(value) }).collect();
        Ok(GetObjectTaggingOutput { tag_set: Some(tags), version_id: existing.version_id })
    }
}
