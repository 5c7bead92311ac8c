use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hob_storage::BucketRecord;
use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::shapes::{Bucket, ListBuckets, ListBucketsOutput, ListBucketsRequest, Owner};
use crate::owner::canonical_user_id;
use crate::{S3, S3Error};

/// What one page may hold. Source: ListBuckets, `MaxBuckets`.
const PAGE_MAX: usize = 10_000;

impl Handle<ListBuckets> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListBucketsRequest,
    ) -> Result<ListBucketsOutput, AwsError> {
        let limit = input.max_buckets.map_or(PAGE_MAX, |max| usize::try_from(max).unwrap_or(PAGE_MAX));
        let after = input.continuation_token.as_deref().map(after).transpose()?.unwrap_or_default();
        let prefix = input.prefix.as_deref().unwrap_or_default();
        let region = input.bucket_region.as_deref();
        let page = self.list_buckets(&context.account, prefix, region, &after, limit.min(PAGE_MAX)).await?;
        let last = page.items.last().filter(|_| page.is_truncated);
        Ok(ListBucketsOutput {
            continuation_token: last.map(|bucket| BASE64.encode(&bucket.name)),
            buckets: Some(page.items.into_iter().map(describe).collect()),
            owner: Some(Owner { id: Some(canonical_user_id(&context.account)), ..Owner::default() }),
            prefix: input.prefix,
        })
    }
}

fn after(token: &str) -> Result<String, S3Error> {
    let name = BASE64.decode(token).ok().and_then(|name| String::from_utf8(name).ok());
    name.ok_or_else(|| S3Error::InvalidArgument {
        name: "continuation-token",
        value: token.to_owned(),
        message: "The continuation token provided is incorrect",
    })
}

fn describe(bucket: BucketRecord) -> Bucket {
    Bucket {
        bucket_arn: Some(format!("arn:aws:s3:::{}", bucket.name)),
        name: Some(bucket.name),
        creation_date: Some(bucket.created),
        bucket_region: Some(bucket.region.to_string()),
    }
}
