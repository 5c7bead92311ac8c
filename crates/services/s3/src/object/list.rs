use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hob_storage::{Listed, Listing, ListingQuery, ListingStart, ObjectRecord, UploadRecord};

use crate::bucket::BucketAccess;
use crate::{S3, S3Error};

/// The most that a page holds, whatever was asked for.
const PAGE_MAX: usize = 1000;

/// A page that somebody wants.
#[derive(Clone, Debug)]
pub(crate) struct ListRequest {
    pub(crate) bucket: BucketAccess,
    pub(crate) prefix: String,
    /// Never empty.
    pub(crate) delimiter: Option<String>,
    pub(crate) start: ListingStart,
    /// 0 to 1000.
    pub(crate) limit: usize,
}

impl ListRequest {
    /// How many items a page has. `name`: what the caller calls the parameter.
    pub(crate) fn limit(name: &'static str, wanted: Option<i32>) -> Result<usize, S3Error> {
        let message = "Provided value is not an integer between 0 and 2147483647";
        let wanted = wanted.map_or(Ok(PAGE_MAX), usize::try_from);
        let value = || S3Error::InvalidArgument { name, value: String::new(), message };
        wanted.map(|wanted| wanted.min(PAGE_MAX)).map_err(|_| value())
    }

    /// After a key, or after all that is rolled up to it.
    pub(crate) fn after_marker(prefix: &str, delimiter: Option<&str>, marker: String) -> ListingStart {
        let rest = marker.strip_prefix(prefix);
        let is_common_prefix = delimiter.is_some_and(|delimiter| {
            rest.is_some_and(|rest| rest.find(delimiter).is_some_and(|at| at + delimiter.len() == rest.len()))
        });
        match marker.as_str() {
            "" => ListingStart::Beginning,
            _ if is_common_prefix => ListingStart::AfterPrefix(marker),
            _ => ListingStart::AfterKey(marker),
        }
    }

    fn query(&self) -> ListingQuery {
        ListingQuery {
            bucket: self.bucket.bucket.clone(),
            prefix: self.prefix.clone(),
            delimiter: self.delimiter.clone(),
            start: self.start.clone(),
            limit: self.limit,
        }
    }

    fn page<T>(&self, found: Option<Listing<T>>) -> Result<Listing<T>, S3Error> {
        let mut listing = found.ok_or_else(|| S3Error::NoBucket(self.bucket.bucket.clone()))?;
        // Who wants nothing is told that there is no more of it.
        listing.is_truncated &= self.limit > 0;
        Ok(listing)
    }
}

impl S3 {
    pub(crate) async fn list(&self, request: &ListRequest) -> Result<Listing<ObjectRecord>, S3Error> {
        self.bucket(&request.bucket).await?;
        request.page(self.objects.list(&request.query()).await?)
    }

    pub(crate) async fn list_versions(
        &self,
        request: &ListRequest,
    ) -> Result<Listing<ObjectRecord>, S3Error> {
        self.bucket(&request.bucket).await?;
        request.page(self.objects.list_versions(&request.query()).await?)
    }

    pub(crate) async fn list_uploads(&self, request: &ListRequest) -> Result<Listing<UploadRecord>, S3Error> {
        self.bucket(&request.bucket).await?;
        request.page(self.uploads.list(&request.query()).await?)
    }
}

/// Where the page after this one begins, in a form that means nothing to the caller. `None`: there is none.
pub(crate) fn next_token(listing: &Listing<ObjectRecord>) -> Option<String> {
    let last = listing.items.last().filter(|_| listing.is_truncated)?;
    Some(match last {
        Listed::One(object) => BASE64.encode(format!("k{}", object.key)),
        Listed::Prefix(prefix) => BASE64.encode(format!("p{prefix}")),
    })
}

pub(crate) fn start_of_token(token: &str) -> Result<ListingStart, S3Error> {
    let text = BASE64.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let start = text.and_then(|text| match (text.strip_prefix('k'), text.strip_prefix('p')) {
        (Some(key), _) => Some(ListingStart::AfterKey(key.to_owned())),
        (_, Some(prefix)) => Some(ListingStart::AfterPrefix(prefix.to_owned())),
        _ => None,
    });
    start.ok_or_else(|| S3Error::InvalidArgument {
        name: "continuation-token",
        value: token.to_owned(),
        message: "The continuation token provided is incorrect",
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_marker_that_is_a_common_prefix_skips_all_of_it() {
        let after = |delimiter, marker: &str| ListRequest::after_marker("a/", delimiter, marker.to_owned());
        assert_eq!(after(Some("/"), "a/b/"), ListingStart::AfterPrefix("a/b/".to_owned()));
        assert_eq!(after(Some("/"), "a/b/c/"), ListingStart::AfterKey("a/b/c/".to_owned()));
        assert_eq!(after(Some("/"), "a/b"), ListingStart::AfterKey("a/b".to_owned()));
        assert_eq!(after(None, "a/b/"), ListingStart::AfterKey("a/b/".to_owned()));
        assert_eq!(after(None, ""), ListingStart::Beginning);
    }

    proptest! {
        #[test]
        fn a_token_leads_to_where_the_page_ended(prefix in "\\PC{0,20}") {
            let items = vec![Listed::Prefix(prefix.clone())];
            let token = next_token(&Listing { items, is_truncated: true }).unwrap();
            prop_assert_eq!(start_of_token(&token).unwrap(), ListingStart::AfterPrefix(prefix));
        }

        #[test]
        fn any_other_text_is_no_panic(token in "\\PC{0,20}") {
            let _ = start_of_token(&token);
        }
    }
}
