use hob_storage::ListingStart;
use hob_wire::{AwsError, Handle, RequestContext};

use super::common::{Encoding, common_prefixes, object, ones, owner, some};
use crate::S3;
use crate::api::configuration::access;
use crate::api::object::number;
use crate::api::shapes::{ListObjectsV2, ListObjectsV2Output, ListObjectsV2Request};
use crate::object::{ListRequest, next_token, start_of_token};

impl Handle<ListObjectsV2> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListObjectsV2Request,
    ) -> Result<ListObjectsV2Output, AwsError> {
        let encoding = Encoding::of(input.encoding_type.as_deref());
        let start = match (&input.continuation_token, &input.start_after) {
            (Some(token), _) => start_of_token(token)?,
            (None, Some(key)) if !key.is_empty() => ListingStart::AfterKey(key.clone()),
            (None, _) => ListingStart::Beginning,
        };
        let request = ListRequest {
            bucket: access(context, input.bucket.clone(), input.expected_bucket_owner),
            prefix: input.prefix.unwrap_or_default(),
            delimiter: input.delimiter.filter(|delimiter| !delimiter.is_empty()),
            start,
            limit: ListRequest::limit("max-keys", input.max_keys)?,
        };
        let listing = self.list(&request).await?;
        let owner = owner(&context.account);
        let owner = || Some(owner.clone()).filter(|_| input.fetch_owner == Some(true));
        Ok(ListObjectsV2Output {
            is_truncated: Some(listing.is_truncated),
            contents: some(ones(&listing).map(|record| object(record, encoding, owner())).collect()),
            name: input.bucket,
            prefix: Some(encoding.write(&request.prefix)),
            delimiter: encoding.write_some(request.delimiter.as_deref()),
            max_keys: number(request.limit as u64),
            common_prefixes: common_prefixes(&listing, encoding),
            encoding_type: input.encoding_type,
            key_count: number(listing.items.len() as u64),
            next_continuation_token: next_token(&listing),
            continuation_token: input.continuation_token,
            start_after: encoding.write_some(input.start_after.as_deref()),
            request_charged: None,
        })
    }
}
