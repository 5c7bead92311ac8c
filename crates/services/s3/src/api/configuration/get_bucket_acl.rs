//! GetBucketAcl: who may do what with the bucket.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use super::grants::describe_grants;
use crate::S3;
use crate::api::shapes::{GetBucketAcl, GetBucketAclOutput, GetBucketAclRequest, Owner};

impl Handle<GetBucketAcl> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetBucketAclRequest,
    ) -> Result<GetBucketAclOutput, AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        let (owner, list) = self.bucket_acl(&access).await?;
        let owner = Owner { id: Some(owner), ..Owner::default() };
        Ok(GetBucketAclOutput { owner: Some(owner), grants: Some(describe_grants(list)) })
    }
}
