use hob_storage::{ObjectDeleted, ObjectDeletion, WriteCondition};

use super::check_key;
use crate::announce::Cause;
use crate::bucket::BucketAccess;
use crate::{S3, S3Error};

/// An object, or a version of one, that somebody wants to be gone.
#[derive(Clone, Debug)]
pub(crate) struct Deletion {
    pub(crate) key: String,
    pub(crate) version_id: Option<String>,
    pub(crate) condition: WriteCondition,
}

impl S3 {
    /// All at once; answers in their order.
    pub(crate) async fn delete(
        &self,
        access: &BucketAccess,
        deletions: Vec<Deletion>,
        cause: Cause,
    ) -> Result<Vec<ObjectDeleted>, S3Error> {
        self.bucket(access).await?;
        deletions.iter().try_for_each(|deletion| check_key(&deletion.key))?;
        let deletions = deletions.into_iter().map(|deletion| ObjectDeletion {
            key: deletion.key,
            version_id: deletion.version_id,
            marker_id: self.new_id(),
            condition: deletion.condition,
        });
        let announce = self.announce(cause);
        let deleted = self.objects.delete(&access.bucket, deletions.collect(), self.now(), announce).await?;
        deleted.ok_or_else(|| S3Error::NoBucket(access.bucket.clone()))
    }
}
