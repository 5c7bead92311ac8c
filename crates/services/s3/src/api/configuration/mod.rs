//! The operations on what a bucket is set to beside its objects.

mod delete_bucket_cors;
mod delete_bucket_encryption;
mod delete_bucket_ownership_controls;
mod delete_bucket_policy;
mod delete_bucket_tagging;
mod delete_public_access_block;
mod get_bucket_accelerate_configuration;
mod get_bucket_acl;
mod get_bucket_cors;
mod get_bucket_encryption;
mod get_bucket_lifecycle_configuration;
mod get_bucket_logging;
mod get_bucket_ownership_controls;
mod get_bucket_policy;
mod get_bucket_policy_status;
mod get_bucket_replication;
mod get_bucket_request_payment;
mod get_bucket_tagging;
mod get_bucket_website;
mod get_object_lock_configuration;
mod get_public_access_block;
pub(in crate::api) mod grants;
mod put_bucket_acl;
mod put_bucket_cors;
mod put_bucket_encryption;
mod put_bucket_ownership_controls;
mod put_bucket_policy;
mod put_bucket_tagging;
mod put_public_access_block;
#[cfg(test)]
mod tests;

use hob_wire::RequestContext;

use crate::bucket::BucketAccess;

pub(in crate::api) fn access(
    context: &RequestContext,
    bucket: Option<String>,
    expected_owner: Option<String>,
) -> BucketAccess {
    BucketAccess { bucket: bucket.unwrap_or_default(), caller: context.account.clone(), expected_owner }
}
