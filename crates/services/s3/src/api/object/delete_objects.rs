use hob_storage::ObjectDeleted;
use hob_wire::{AwsError, Handle, RequestContext};

use crate::announce::Action;
use crate::api::configuration::access;
use crate::api::context::cause;
use crate::api::shapes::{
    DeleteObjects, DeleteObjectsOutput, DeleteObjectsRequest, DeletedObject, Error, ObjectIdentifier,
};
use crate::object::{Deletion, write_condition};
use crate::{S3, S3Error};

/// Source: DeleteObjects.
const OBJECTS_MAX: usize = 1000;

impl Handle<DeleteObjects> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: DeleteObjectsRequest,
    ) -> Result<DeleteObjectsOutput, AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        let delete = input.delete.unwrap_or_default();
        let objects = delete.objects.unwrap_or_default();
        if objects.is_empty() || objects.len() > OBJECTS_MAX {
            return Err(S3Error::MalformedDocument.into());
        }
        let deletions = objects.iter().map(deletion).collect::<Result<Vec<_>, _>>()?;
        let deleted = self.delete(&access, deletions, cause(context, Action::Delete)).await?;
        let is_quiet = delete.quiet == Some(true);
        let mut output = DeleteObjectsOutput::default();
        for (object, deleted) in objects.into_iter().zip(deleted) {
            match describe(object, deleted) {
                Ok(_) if is_quiet => {}
                Ok(deleted) => output.deleted.get_or_insert_default().push(deleted),
                Err(error) => output.errors.get_or_insert_default().push(error),
            }
        }
        Ok(output)
    }
}

fn deletion(object: &ObjectIdentifier) -> Result<Deletion, S3Error> {
    if object.last_modified_time.is_some() || object.size.is_some() {
        return Err(S3Error::Unserved("A condition of directory buckets"));
    }
    Ok(Deletion {
        key: object.key.clone().unwrap_or_default(),
        version_id: object.version_id.clone().filter(|id| !id.is_empty()),
        condition: write_condition(object.e_tag.clone(), None)?,
    })
}

fn describe(object: ObjectIdentifier, deleted: ObjectDeleted) -> Result<DeletedObject, Error> {
    let ObjectIdentifier { key, version_id, .. } = object;
    let refused = |error: S3Error, key, version_id| {
        let error = AwsError::from(error);
        let message = error.message.map(std::borrow::Cow::into_owned);
        Error { key, version_id, code: Some(error.code.to_owned()), message }
    };
    match deleted {
        ObjectDeleted::Nothing => Ok(DeletedObject { key, version_id, ..DeletedObject::default() }),
        ObjectDeleted::Removed { was_marker, version_id: removed } => Ok(DeletedObject {
            key,
            version_id,
            delete_marker: was_marker.then_some(true),
            delete_marker_version_id: removed.filter(|_| was_marker),
        }),
        ObjectDeleted::MarkerCreated { version_id: marker } => Ok(DeletedObject {
            key,
            version_id,
            delete_marker: Some(true),
            delete_marker_version_id: Some(marker),
        }),
        ObjectDeleted::NoKey => {
            let error = S3Error::NoKey(key.clone().unwrap_or_default());
            Err(refused(error, key, version_id))
        }
        ObjectDeleted::ConditionFailed => {
            Err(refused(S3Error::PreconditionFailed("If-Match"), key, version_id))
        }
    }
}
