//! Buckets without S3.

use std::collections::HashMap;
use std::io::{Seek as _, Write as _};
use std::sync::Mutex;

use async_trait::async_trait;
use bytes::Bytes;
use hob_delivery::{BucketService, DeliveryError, NewObject, ObjectError, OpenObject};
use hob_types::Region;

/// One bucket here, `packages`, and one in eu-west-1, `elsewhere`. What is put has the version `1`.
#[derive(Default)]
pub(crate) struct FakeBuckets {
    pub(crate) objects: Mutex<HashMap<String, Bytes>>,
    /// Sizes that objects are said to have.
    pub(crate) pretended: Mutex<HashMap<String, u64>>,
}

impl FakeBuckets {
    pub(crate) fn keep(&self, key: &str, body: Bytes) {
        self.objects.lock().unwrap().insert(key.to_owned(), body);
    }
}

#[async_trait]
impl BucketService for FakeBuckets {
    async fn region(&self, bucket: &str) -> Result<Option<Region>, DeliveryError> {
        match bucket {
            "packages" => Ok(Some(Region::local())),
            "elsewhere" => Ok(Some("eu-west-1".parse().unwrap())),
            "broken" => Err(DeliveryError::Unavailable("the disk is on fire".to_owned())),
            _ => Ok(None),
        }
    }

    async fn put(&self, _bucket: &str, key: &str, object: NewObject) -> Result<(), DeliveryError> {
        self.keep(key, object.body);
        Ok(())
    }

    async fn open(
        &self,
        _bucket: &str,
        key: &str,
        version_id: Option<&str>,
    ) -> Result<OpenObject, ObjectError> {
        let objects = self.objects.lock().unwrap();
        let body = objects.get(key).ok_or(ObjectError::NoKey)?;
        if version_id.is_some_and(|version| version != "1") {
            return Err(ObjectError::NoVersion);
        }
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(body).unwrap();
        file.rewind().unwrap();
        let pretended = self.pretended.lock().unwrap().get(key).copied();
        let size = pretended.unwrap_or(body.len() as u64);
        Ok(OpenObject { file, size, version_id: Some("1".to_owned()) })
    }
}
