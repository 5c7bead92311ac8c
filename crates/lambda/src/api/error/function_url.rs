//! What may go wrong with function URLs.

use hob_wire::AwsError;

use super::{conflict, storage};
use crate::function_url::FunctionUrlError;

impl From<FunctionUrlError> for AwsError {
    fn from(error: FunctionUrlError) -> Self {
        match error {
            FunctionUrlError::NoFunction => Self::new("ResourceNotFoundException", "Function does not exist"),
            FunctionUrlError::NotFound => {
                Self::new("ResourceNotFoundException", "The resource you requested does not exist.")
            }
            FunctionUrlError::Exists(arn) => conflict(format!(
                "Failed to create function url config for [functionArn = {arn}]. Error message:  \
                 FunctionUrlConfig exists for this Lambda function"
            )),
            FunctionUrlError::Storage(error) => storage(&error),
        }
    }
}
