//! What may go wrong with tags.

use hob_wire::AwsError;

use super::invalid_parameter;
use crate::tag::TooManyTags;

impl From<TooManyTags> for AwsError {
    fn from(_: TooManyTags) -> Self {
        invalid_parameter("Number of tags exceeds resource tag limit.")
    }
}
