use hob_storage::Listed;
use hob_wire::{AwsError, Handle, RequestContext};

use super::common::{Encoding, common_prefixes, object, ones, owner, some};
use crate::S3;
use crate::api::configuration::access;
use crate::api::object::number;
use crate::api::shapes::{ListObjects, ListObjectsOutput, ListObjectsRequest};
use crate::object::ListRequest;

impl Handle<ListObjects> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListObjectsRequest,
    ) -> Result<ListObjectsOutput, AwsError> {
        let encoding = Encoding::of(input.encoding_type.as_deref());
        let (prefix, marker) = (input.prefix.unwrap_or_default(), input.marker.unwrap_or_default());
        let delimiter = input.delimiter.filter(|delimiter| !delimiter.is_empty());
        let request = ListRequest {
            bucket: access(context, input.bucket.clone(), input.expected_bucket_owner),
            start: ListRequest::after_marker(&prefix, delimiter.as_deref(), marker.clone()),
            prefix,
            delimiter,
            limit: ListRequest::limit("max-keys", input.max_keys)?,
        };
        let listing = self.list(&request).await?;
        let last = listing.items.last().map(|item| match item {
            Listed::One(record) => record.key.as_str(),
            Listed::Prefix(prefix) => prefix.as_str(),
        });
        // Without a delimiter the last key is the marker, and clients know that.
        let next = last.filter(|_| listing.is_truncated && request.delimiter.is_some());
        let owner = owner(&context.account);
        let objects = ones(&listing).map(|record| object(record, encoding, Some(owner.clone())));
        Ok(ListObjectsOutput {
            is_truncated: Some(listing.is_truncated),
            marker: Some(encoding.write(&marker)),
            next_marker: encoding.write_some(next),
            contents: some(objects.collect()),
            name: input.bucket,
            prefix: Some(encoding.write(&request.prefix)),
            delimiter: encoding.write_some(request.delimiter.as_deref()),
            max_keys: number(request.limit as u64),
            common_prefixes: common_prefixes(&listing, encoding),
            encoding_type: input.encoding_type,
            request_charged: None,
        })
    }
}
