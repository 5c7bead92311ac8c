//! Why a package cannot be had from a bucket: in S3's words, which Lambda passes on.

use hob_delivery::ObjectError;
use hob_wire::AwsError;

use super::{invalid_parameter, service};
use crate::function::FetchError;

impl From<FetchError> for AwsError {
    fn from(error: FetchError) -> Self {
        let (code, message) = match error {
            FetchError::OtherRegion(region) => (
                "PermanentRedirect",
                format!(
                    "The bucket is in this region: {region}. Please use this region to retry the request"
                ),
            ),
            FetchError::Object(ObjectError::NoBucket) => {
                ("NoSuchBucket", "The specified bucket does not exist".to_owned())
            }
            FetchError::Object(ObjectError::NoKey) => {
                ("NoSuchKey", "The specified key does not exist.".to_owned())
            }
            // S3's own words; what Lambda makes of them is not recorded.
            FetchError::Object(ObjectError::NoVersion) => {
                ("NoSuchVersion", "The specified version does not exist.".to_owned())
            }
            FetchError::Object(ObjectError::Unavailable(reason)) => {
                tracing::error!(%reason, "a package cannot be read from its bucket");
                return service("The package cannot be read from its bucket now.");
            }
        };
        invalid_parameter(format!(
            "Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: {message}"
        ))
    }
}
