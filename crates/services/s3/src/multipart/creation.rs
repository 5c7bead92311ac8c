use hob_storage::{ChecksumAlgorithm, ChecksumType, ObjectDescription, UploadRecord};

use crate::checksum::type_of_parts;
use crate::object::{ObjectAccess, check_key};
use crate::{S3, S3Error};

/// An upload that somebody begins.
pub(crate) struct UploadCreation {
    pub(crate) object: ObjectAccess,
    pub(crate) description: ObjectDescription,
    pub(crate) algorithm: Option<ChecksumAlgorithm>,
    pub(crate) checksum_type: Option<ChecksumType>,
}

impl S3 {
    pub(crate) async fn create_upload(&self, creation: UploadCreation) -> Result<UploadRecord, S3Error> {
        let UploadCreation { object, description, algorithm, checksum_type } = creation;
        check_key(&object.key)?;
        crate::object::check_metadata(&description)?;
        self.bucket(&object.bucket).await?;
        let checksum = match (algorithm, checksum_type) {
            (None, None) => None,
            (None, Some(_)) => {
                let text = "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.";
                return Err(S3Error::InvalidRequest(text));
            }
            (Some(algorithm), wanted) => {
                let kind = type_of_parts(algorithm, wanted);
                Some((algorithm, kind.ok_or(S3Error::ImpossibleChecksumType(algorithm))?))
            }
        };
        let upload = UploadRecord {
            id: self.new_id(),
            object: object.name(),
            initiated: self.now(),
            description,
            checksum,
        };
        match self.uploads.create(upload.clone()).await? {
            true => Ok(upload),
            false => Err(S3Error::NoBucket(object.bucket.bucket)),
        }
    }

    pub(crate) async fn upload(&self, object: &ObjectAccess, id: &str) -> Result<UploadRecord, S3Error> {
        self.bucket(&object.bucket).await?;
        let found = self.uploads.upload(&object.name(), id).await?;
        found.ok_or_else(|| S3Error::NoUpload(id.to_owned()))
    }

    pub(crate) async fn abort_upload(&self, object: &ObjectAccess, id: &str) -> Result<(), S3Error> {
        self.bucket(&object.bucket).await?;
        match self.uploads.abort(&object.name(), id).await? {
            true => Ok(()),
            false => Err(S3Error::NoUpload(id.to_owned())),
        }
    }
}
