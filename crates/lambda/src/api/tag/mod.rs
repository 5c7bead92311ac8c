mod list_tags;
mod tag_resource;
mod untag_resource;

use hob_wire::AwsError;

use crate::api::error;
use crate::tag::Taggable;

/// The model's pattern holds already.
fn taggable(arn: Option<&str>) -> Result<Taggable, AwsError> {
    let arn = arn.unwrap_or_default();
    arn.parse().map_err(|_| error::not_taggable(arn))
}
