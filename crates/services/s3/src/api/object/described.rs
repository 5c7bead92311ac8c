//! What a request says of an object beside its content.

use std::collections::BTreeMap;

use crate::bucket::BucketAccess;
use crate::configuration::acl::{GrantHeaders, NewAcl};
use crate::configuration::{ConfigurationError, check_acl};
use crate::{S3, S3Error};

/// Headers that go back with the content, as far as they were sent.
pub(in crate::api) fn kept_headers<const N: usize>(
    headers: [(&str, Option<String>); N],
) -> BTreeMap<String, String> {
    let sent = headers.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    sent.filter(|(_, value)| !value.is_empty()).collect()
}

/// `aws-chunked` says how the request was sent, and nothing of the object.
pub(in crate::api) fn content_encoding(header: Option<String>) -> Option<String> {
    let header = header?;
    let kept = header.split(',').map(str::trim).filter(|coding| *coding != "aws-chunked");
    let kept = kept.collect::<Vec<_>>().join(",");
    (!kept.is_empty()).then_some(kept)
}

/// What PutObject, CopyObject and CreateMultipartUpload say in the same members.
macro_rules! description {
    ($input:expr) => {{
        use $crate::api::object::{content_encoding, kept_headers};
        ::hob_storage::ObjectDescription {
            headers: kept_headers([
                ("cache-control", $input.cache_control.take()),
                ("content-disposition", $input.content_disposition.take()),
                ("content-encoding", content_encoding($input.content_encoding.take())),
                ("content-language", $input.content_language.take()),
                ("content-type", $input.content_type.take()),
                ("expires", $input.expires.take()),
            ]),
            metadata: $input.metadata.take().unwrap_or_default(),
            tags: ::std::collections::BTreeMap::new(),
            storage_class: $input.storage_class.take().filter(|class| class != "STANDARD"),
            checksum: None,
            acl: None,
        }
    }};
}

/// The access control list that a request wants for its object, as it is kept; `None`: it wants none.
macro_rules! object_acl {
    ($s3:expr, $access:expr, $input:expr) => {{
        let headers = $crate::configuration::acl::GrantHeaders {
            full_control: $input.grant_full_control.take(),
            read: $input.grant_read.take(),
            read_acp: $input.grant_read_acp.take(),
            write: None,
            write_acp: $input.grant_write_acp.take(),
        };
        $s3.new_object_acl($access, $input.acl.take(), headers)
    }};
}

pub(in crate::api) use {description, object_acl};

impl S3 {
    pub(in crate::api) async fn new_object_acl(
        &self,
        access: &BucketAccess,
        canned: Option<String>,
        headers: GrantHeaders,
    ) -> Result<Option<String>, ConfigurationError> {
        // A bucket's objects are its owner's anyway, so that this changes nothing.
        let canned = canned.filter(|canned| canned != "bucket-owner-full-control");
        if canned.is_none() && headers == GrantHeaders::default() {
            return Ok(None);
        }
        self.checked_object_acl(access, NewAcl { canned, headers, body: None }).await.map(Some)
    }

    /// As it is kept.
    pub(in crate::api) async fn checked_object_acl(
        &self,
        access: &BucketAccess,
        new: NewAcl,
    ) -> Result<String, ConfigurationError> {
        let list = check_acl(&self.bucket(access).await?, new)?;
        let kept = serde_json::to_string(&list);
        Ok(kept.map_err(|error| S3Error::from(std::io::Error::other(error)))?)
    }
}

#[cfg(test)]
mod tests {
    use super::content_encoding;

    #[test]
    fn how_it_was_sent_is_not_kept() {
        let kept = |header: &str| content_encoding(Some(header.to_owned()));
        assert_eq!(kept("aws-chunked"), None);
        assert_eq!(kept("aws-chunked, gzip").as_deref(), Some("gzip"));
        assert_eq!(kept("gzip,aws-chunked").as_deref(), Some("gzip"));
        assert_eq!(kept("br").as_deref(), Some("br"));
    }
}
