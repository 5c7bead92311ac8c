use hob_wire::AwsError;

use super::storage;
use crate::event::{AcceptEventError, EVENT_SIZE_MAX};

impl From<AcceptEventError> for AwsError {
    fn from(error: AcceptEventError) -> Self {
        match error {
            // Reported by users, with the limit of their time.
            AcceptEventError::TooLarge { size } => Self::new(
                "RequestEntityTooLargeException",
                format!(
                    "{size} byte payload is too large for the Event invocation type (limit {EVENT_SIZE_MAX} bytes)"
                ),
            )
            .without_type(),
            AcceptEventError::Invoke(error) => error.into(),
            AcceptEventError::Storage(error) => storage(&error),
        }
    }
}
