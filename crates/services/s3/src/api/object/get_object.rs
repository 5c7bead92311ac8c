use std::collections::BTreeMap;

use hob_wire::{AwsError, Handle, RequestContext};

use super::{checksum_type_name, encryption, number, quoted, refuse_customer_keys, show_checksum};
use crate::api::context::object_access;
use crate::api::shapes::{GetObject, GetObjectOutput, GetObjectRequest};
use crate::object::{Opened, Opening, ReadConditions};
use crate::{S3, S3Error};

/// What GetObject and HeadObject ask in the same members.
macro_rules! opening {
    ($context:expr, $input:expr) => {{
        let object = object_access(
            $context,
            $input.bucket.take(),
            $input.key.take(),
            $input.version_id.take(),
            $input.expected_bucket_owner.take(),
        );
        Opening {
            object,
            conditions: ReadConditions {
                if_match: $input.if_match.take(),
                if_none_match: $input.if_none_match.take(),
                if_modified_since: $input.if_modified_since,
                if_unmodified_since: $input.if_unmodified_since,
            },
            range: $input.range.take(),
            part_number: part_number($input.part_number)?,
        }
    }};
}

/// What the caller wants to be told instead of what is kept.
macro_rules! overrides {
    ($input:expr) => {
        [
            ("cache-control", $input.response_cache_control.take()),
            ("content-disposition", $input.response_content_disposition.take()),
            ("content-encoding", $input.response_content_encoding.take()),
            ("content-language", $input.response_content_language.take()),
            ("content-type", $input.response_content_type.take()),
            ("expires", $input.response_expires.map(::hob_types::Timestamp::to_http_date)),
        ]
    };
}

/// What GetObject and HeadObject answer in the same members.
macro_rules! shown {
    ($output:ident, $opened:expr, $headers:expr, $with_checksum:expr) => {{
        let (Opened { existing, bytes, is_partial, parts_count, checksum }, mut headers) =
            ($opened, $headers);
        let content = existing.content;
        let mut output = $output {
            accept_ranges: Some("bytes".to_owned()),
            last_modified: Some(existing.object.modified),
            content_length: number(bytes.end - bytes.start),
            e_tag: quoted(&content.etag),
            version_id: existing.version_id,
            cache_control: headers.remove("cache-control"),
            content_disposition: headers.remove("content-disposition"),
            content_encoding: headers.remove("content-encoding"),
            content_language: headers.remove("content-language"),
            content_type: headers.remove("content-type").or_else(|| Some("binary/octet-stream".to_owned())),
            expires: headers.remove("expires"),
            content_range: is_partial.then(|| content_range(&bytes, content.size)),
            status_code: is_partial.then_some(206),
            server_side_encryption: encryption(),
            metadata: Some(content.description.metadata),
            storage_class: content.description.storage_class,
            parts_count: parts_count.and_then(|count| number(u64::from(count))),
            tag_count: number(content.description.tags.len() as u64).filter(|count| *count > 0),
            ..$output::default()
        };
        if let Some(checksum) = checksum.filter(|_| $with_checksum) {
            output.checksum_type = Some(checksum_type_name(checksum.kind).to_owned());
            show_checksum!(output, checksum.algorithm, checksum.value);
        }
        output
    }};
}

pub(super) use {opening, overrides, shown};

impl Handle<GetObject> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        mut input: GetObjectRequest,
    ) -> Result<GetObjectOutput, AwsError> {
        refuse_customer_keys!(input)?;
        let opening = opening!(context, input);
        let (opened, body) = self.open(&opening).await?;
        let headers = headers(&opened, overrides!(input));
        let with_checksum = input.checksum_mode.as_deref() == Some("ENABLED");
        let output = shown!(GetObjectOutput, opened, headers, with_checksum);
        Ok(GetObjectOutput { body: Some(body), ..output })
    }
}

pub(super) fn part_number(number: Option<i32>) -> Result<Option<u32>, S3Error> {
    let refused = || S3Error::InvalidArgument {
        name: "partNumber",
        value: number.unwrap_or_default().to_string(),
        message: "Part number must be an integer between 1 and 10000, inclusive",
    };
    let valid = |number: i32| u32::try_from(number).ok().filter(|number| (1..=10_000).contains(number));
    number.map(|number| valid(number).ok_or_else(refused)).transpose()
}

/// Those that are kept, but for those that the caller wants to be others.
pub(super) fn headers<const N: usize>(
    opened: &Opened,
    overrides: [(&'static str, Option<String>); N],
) -> BTreeMap<String, String> {
    let mut headers = opened.existing.content.description.headers.clone();
    let wanted = overrides.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    headers.extend(wanted);
    headers
}

pub(super) fn content_range(bytes: &std::ops::Range<u64>, size: u64) -> String {
    match bytes.end.checked_sub(1).filter(|last| *last >= bytes.start) {
        Some(last) => format!("bytes {}-{last}/{size}", bytes.start),
        // A part without content.
        None => format!("bytes */{size}"),
    }
}
