//! Where a package comes from: the request itself, or a bucket.

use bytes::Bytes;
use hob_delivery::{DeliveryError, ObjectError};
use hob_types::Region;

use super::functions::Functions;
use crate::package::ZipBytes;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CodeSource {
    Zip(Bytes),
    Object(ObjectLocation),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ObjectLocation {
    pub(crate) bucket: String,
    pub(crate) key: String,
    /// `None`: the latest one.
    pub(crate) version: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FetchError {
    #[error("the bucket is in {0}")]
    OtherRegion(Region),
    #[error(transparent)]
    Object(#[from] ObjectError),
}

impl From<DeliveryError> for FetchError {
    fn from(error: DeliveryError) -> Self {
        Self::Object(ObjectError::Unavailable(error.to_string()))
    }
}

impl Functions {
    /// A bucket must be in the region of what is made from it. An object is opened and not read.
    pub(crate) async fn fetch(&self, source: CodeSource, region: &Region) -> Result<ZipBytes, FetchError> {
        let ObjectLocation { bucket, key, version } = match source {
            CodeSource::Zip(zip) => return Ok(zip.into()),
            CodeSource::Object(location) => location,
        };
        let buckets = self.neighbours.buckets()?;
        match buckets.region(&bucket).await? {
            None => return Err(ObjectError::NoBucket.into()),
            Some(other) if other != *region => return Err(FetchError::OtherRegion(other)),
            Some(_) => {}
        }
        let object = buckets.open(&bucket, &key, version.as_deref()).await?;
        Ok(ZipBytes::of_file(object.file, object.size))
    }
}
