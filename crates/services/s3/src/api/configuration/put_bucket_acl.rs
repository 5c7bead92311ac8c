//! PutBucketAcl: who may do what with the bucket; kept, and not yet enforced.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use super::grants::body_of;
use crate::S3;
use crate::api::shapes::{PutBucketAcl, PutBucketAclRequest};
use crate::configuration::ConfigurationError;
use crate::configuration::acl::{GrantHeaders, NewAcl};

impl Handle<PutBucketAcl> for S3 {
    async fn handle(&self, context: &RequestContext, input: PutBucketAclRequest) -> Result<(), AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        let body = input.access_control_policy.map(body_of).transpose().map_err(ConfigurationError::from)?;
        let headers = GrantHeaders {
            full_control: input.grant_full_control,
            read: input.grant_read,
            read_acp: input.grant_read_acp,
            write: input.grant_write,
            write_acp: input.grant_write_acp,
        };
        Ok(self.put_bucket_acl(&access, NewAcl { canned: input.acl, headers, body }).await?)
    }
}
