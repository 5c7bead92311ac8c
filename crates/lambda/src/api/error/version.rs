//! What may go wrong with versions.

use hob_wire::AwsError;

use super::{code_storage_exceeded, conflict, function_not_found, invalid_parameter, storage};
use crate::version::{DeleteVersionError, PublishVersionError};

impl From<PublishVersionError> for AwsError {
    fn from(error: PublishVersionError) -> Self {
        match error {
            PublishVersionError::Get(error) => error.into(),
            PublishVersionError::Refused(error) => error.into(),
            PublishVersionError::OtherCode { given, current } => invalid_parameter(format!(
                "CodeSHA256 ({given}) is different from current CodeSHA256 in $LATEST ({current}). Please try \
                 again with the CodeSHA256 in $LATEST."
            )),
            PublishVersionError::CodeStorageExceeded => code_storage_exceeded(),
            PublishVersionError::Storage(error) => storage(&error),
        }
    }
}

impl From<DeleteVersionError> for AwsError {
    fn from(error: DeleteVersionError) -> Self {
        match error {
            DeleteVersionError::NoFunction(arn) => function_not_found(&arn.to_string()),
            // Reported by several users; not recorded.
            DeleteVersionError::Referenced(aliases) => {
                let aliases: Vec<_> = aliases.iter().map(|alias| alias.as_str()).collect();
                let aliases = aliases.join(", ");
                conflict(format!(
                    "Unable to delete version because the following aliases reference it: [{aliases}]"
                ))
            }
            DeleteVersionError::Storage(error) => storage(&error),
        }
    }
}
