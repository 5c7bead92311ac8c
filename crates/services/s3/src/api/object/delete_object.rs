use hob_storage::ObjectDeleted;
use hob_wire::{AwsError, Handle, RequestContext};

use crate::announce::Action;
use crate::api::context::{cause, object_access};
use crate::api::shapes::{DeleteObject, DeleteObjectOutput, DeleteObjectRequest};
use crate::object::{Deletion, write_condition};
use crate::{S3, S3Error};

impl Handle<DeleteObject> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: DeleteObjectRequest,
    ) -> Result<DeleteObjectOutput, AwsError> {
        if input.if_match_last_modified_time.is_some() || input.if_match_size.is_some() {
            return Err(S3Error::Unserved("A condition of directory buckets").into());
        }
        let owner = input.expected_bucket_owner;
        let object = object_access(context, input.bucket, input.key, input.version_id, owner);
        let deletion = Deletion {
            key: object.key,
            version_id: object.version_id,
            condition: write_condition(input.if_match, None)?,
        };
        let key = deletion.key.clone();
        let deleted = self.delete(&object.bucket, vec![deletion], cause(context, Action::Delete)).await?;
        describe(deleted.into_iter().next(), key).map_err(AwsError::from)
    }
}

fn describe(deleted: Option<ObjectDeleted>, key: String) -> Result<DeleteObjectOutput, S3Error> {
    let shown = |is_marker: bool, version_id| DeleteObjectOutput {
        delete_marker: is_marker.then_some(true),
        version_id,
        ..DeleteObjectOutput::default()
    };
    match deleted {
        None | Some(ObjectDeleted::Nothing) => Ok(DeleteObjectOutput::default()),
        Some(ObjectDeleted::Removed { version_id, was_marker }) => Ok(shown(was_marker, version_id)),
        Some(ObjectDeleted::MarkerCreated { version_id }) => Ok(shown(true, Some(version_id))),
        Some(ObjectDeleted::NoKey) => Err(S3Error::NoKey(key)),
        Some(ObjectDeleted::ConditionFailed) => Err(S3Error::PreconditionFailed("If-Match")),
    }
}
