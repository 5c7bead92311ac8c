use hob_storage::{ObjectContent, ObjectFound, ObjectName, ObjectRecord};

use crate::bucket::BucketAccess;
use crate::{S3, S3Error};

/// Who wants something of which object.
#[derive(Clone, Debug)]
pub(crate) struct ObjectAccess {
    pub(crate) bucket: BucketAccess,
    pub(crate) key: String,
    /// `None`: the latest.
    pub(crate) version_id: Option<String>,
}

/// A version that is there: content or a delete marker.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) object: ObjectRecord,
    /// `None`: the bucket never kept versions.
    pub(crate) version_id: Option<String>,
}

/// A version that has content.
#[derive(Clone, Debug)]
pub(crate) struct Existing {
    pub(crate) object: ObjectRecord,
    pub(crate) content: ObjectContent,
    /// `None`: the bucket never kept versions.
    pub(crate) version_id: Option<String>,
}

impl ObjectAccess {
    pub(crate) fn name(&self) -> ObjectName {
        ObjectName { bucket: self.bucket.bucket.clone(), key: self.key.clone() }
    }

    /// What was found, or why nothing was.
    pub(crate) fn found(&self, found: ObjectFound) -> Result<Found, S3Error> {
        match found {
            ObjectFound::NoBucket => Err(S3Error::NoBucket(self.bucket.bucket.clone())),
            ObjectFound::NoKey => Err(S3Error::NoKey(self.key.clone())),
            ObjectFound::NoVersion => {
                let version_id = self.version_id.clone().unwrap_or_default();
                Err(S3Error::NoVersion { key: self.key.clone(), version_id })
            }
            ObjectFound::Found { object, versioned } => {
                let version_id = versioned.then(|| object.version_id.clone());
                Ok(Found { object: *object, version_id })
            }
        }
    }

    /// What was found, if it has content.
    pub(crate) fn existing(&self, found: ObjectFound) -> Result<Existing, S3Error> {
        let Found { mut object, version_id } = self.found(found)?;
        match object.content.take() {
            Some(content) => Ok(Existing { object, content, version_id }),
            None if self.version_id.is_some() => {
                Err(S3Error::IsDeleteMarker { version_id: object.version_id, modified: object.modified })
            }
            None => Err(S3Error::Deleted { key: object.key, version_id: object.version_id }),
        }
    }
}

impl S3 {
    pub(crate) async fn existing(&self, access: &ObjectAccess) -> Result<Existing, S3Error> {
        self.bucket(&access.bucket).await?;
        access.existing(self.objects.object(&access.name(), access.version_id.as_deref()).await?)
    }
}
