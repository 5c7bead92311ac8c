use hob_wire::{AwsError, Handle, RequestContext};

use crate::S3;
use crate::announce::Action;
use crate::api::context::{cause, object_access};
use crate::api::shapes::{DeleteObjectTagging, DeleteObjectTaggingOutput, DeleteObjectTaggingRequest};

impl Handle<DeleteObjectTagging> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: DeleteObjectTaggingRequest,
    ) -> Result<DeleteObjectTaggingOutput, AwsError> {
        let owner = input.expected_bucket_owner;
        let object = object_access(context, input.bucket, input.key, input.version_id, owner);
        let change = Box::new(|description: &mut hob_storage::ObjectDescription| description.tags.clear());
        let existing = self.describe(&object, cause(context, Action::DeleteTagging), change).await?;
        Ok(DeleteObjectTaggingOutput { version_id: existing.version_id })
    }
}
