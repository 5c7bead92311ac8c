//! The buckets as other services see them.

use async_trait::async_trait;
use hob_delivery::{BucketService, DeliveryError, NewObject, ObjectError, OpenObject};
use hob_storage::{ObjectDescription, StorageError, WriteCondition};
use hob_types::{Region, RequestId};
use hob_wire::ByteStream;

use crate::announce::{Action, Cause};
use crate::bucket::BucketAccess;
use crate::checksum::Expected;
use crate::object::{ObjectAccess, Opening, Put, ReadConditions};
use crate::{S3, S3Error};

#[async_trait]
impl BucketService for S3 {
    async fn region(&self, bucket: &str) -> Result<Option<Region>, DeliveryError> {
        let found = self.buckets.bucket(bucket).await.map_err(|error| unavailable(&error))?;
        Ok(found.map(|bucket| bucket.region))
    }

    async fn put(&self, bucket: &str, key: &str, object: NewObject) -> Result<(), DeliveryError> {
        let access = self.as_owner(bucket).await.map_err(|error| unavailable(&error))?;
        let access = access.ok_or_else(|| DeliveryError::NoTarget(bucket.to_owned()))?;
        let headers = [("content-type".to_owned(), object.content_type)];
        let put = Put {
            object: ObjectAccess { bucket: access, key: key.to_owned(), version_id: None },
            description: ObjectDescription { headers: headers.into(), ..ObjectDescription::default() },
            body: ByteStream::from(object.body),
            expected: Expected::default(),
            condition: WriteCondition::None,
            cause: self.cause_of_neighbour(),
        };
        self.put(put).await.map(|_| ()).map_err(|error| match error {
            S3Error::NoBucket(bucket) => DeliveryError::NoTarget(bucket),
            S3Error::Storage(_) | S3Error::Stream(_) => DeliveryError::Unavailable(error.to_string()),
            refused => DeliveryError::Refused(refused.to_string()),
        })
    }

    async fn open(
        &self,
        bucket: &str,
        key: &str,
        version_id: Option<&str>,
    ) -> Result<OpenObject, ObjectError> {
        let access = self.as_owner(bucket).await;
        let access = access.map_err(|error| ObjectError::Unavailable(error.to_string()))?;
        let object = ObjectAccess {
            bucket: access.ok_or(ObjectError::NoBucket)?,
            key: key.to_owned(),
            version_id: version_id.map(str::to_owned),
        };
        let conditions = ReadConditions::default();
        let opening = Opening { object, conditions, range: None, part_number: None };
        self.open_file(&opening).await.map_err(|error| match error {
            S3Error::NoBucket(_) => ObjectError::NoBucket,
            S3Error::NoKey(_) | S3Error::Deleted { .. } => ObjectError::NoKey,
            S3Error::NoVersion { .. } | S3Error::IsDeleteMarker { .. } => ObjectError::NoVersion,
            other => ObjectError::Unavailable(other.to_string()),
        })
    }
}

impl S3 {
    /// Neighbours have asked the caller's rights themselves, and act for the bucket's owner.
    async fn as_owner(&self, bucket: &str) -> Result<Option<BucketAccess>, StorageError> {
        let found = self.buckets.bucket(bucket).await?;
        Ok(found.map(|record| BucketAccess {
            bucket: record.name,
            caller: record.account,
            expected_owner: None,
        }))
    }

    fn cause_of_neighbour(&self) -> Cause {
        let request_id = RequestId::random(&*self.random);
        Cause {
            action: Action::Put,
            request_id: request_id.to_string(),
            extended_request_id: hob_wire::extended_request_id(&request_id),
            principal_id: "AWS:Hob".to_owned(),
            source_ip: None,
            trace_header: None,
        }
    }

    async fn open_file(&self, opening: &Opening) -> Result<OpenObject, S3Error> {
        loop {
            let opened = self.head(opening).await?;
            // Replaced just now: then the caller gets what replaced it.
            let Some(reader) = self.reader(&opened).await? else { continue };
            let file = tokio::task::spawn_blocking(move || reader.into_file()).await;
            let size = opened.bytes.end;
            let version_id = opened.existing.version_id;
            return Ok(OpenObject { file: file.map_err(std::io::Error::other)??, size, version_id });
        }
    }
}

fn unavailable(error: &StorageError) -> DeliveryError {
    DeliveryError::Unavailable(error.to_string())
}
