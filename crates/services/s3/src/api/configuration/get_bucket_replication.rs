//! GetBucketReplication: no bucket is replicated here.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use crate::S3;
use crate::api::error::missing;
use crate::api::shapes::{GetBucketReplication, GetBucketReplicationOutput, GetBucketReplicationRequest};
use crate::configuration::Missing;

impl Handle<GetBucketReplication> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetBucketReplicationRequest,
    ) -> Result<GetBucketReplicationOutput, AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        self.bucket(&access).await?;
        Err(missing(Missing::Replication, access.bucket))
    }
}
