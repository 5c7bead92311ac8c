use percent_encoding::percent_decode_str;

use crate::S3Error;

/// `x-amz-copy-source`: what is copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CopySource {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) version_id: Option<String>,
}

impl CopySource {
    /// `bucket/key`, percent-encoded, with `?versionId=` behind it or without.
    pub(crate) fn parse(header: &str) -> Result<Self, S3Error> {
        let malformed = |message| S3Error::InvalidArgument {
            name: "x-amz-copy-source",
            value: header.to_owned(),
            message,
        };
        if header.starts_with("arn:") {
            return Err(S3Error::Unserved("An access point as the source of a copy"));
        }
        let (path, version_id) = match header.rsplit_once("?versionId=") {
            Some((path, version_id)) => (path, Some(version_id.to_owned())),
            None => (header, None),
        };
        let path = percent_decode_str(path).decode_utf8();
        let path = path.map_err(|_| malformed("Copy Source must be URL encoded"))?;
        match path.strip_prefix('/').unwrap_or(&path).split_once('/') {
            Some((bucket, key)) if !bucket.is_empty() && !key.is_empty() => {
                Ok(Self { bucket: bucket.to_owned(), key: key.to_owned(), version_id })
            }
            _ => Err(malformed("Copy Source must mention the source bucket and key: sourcebucket/sourcekey")),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(header: &str) -> Option<(String, String, Option<String>)> {
        let source = CopySource::parse(header).ok()?;
        Some((source.bucket, source.key, source.version_id))
    }

    fn source(bucket: &str, key: &str, version_id: Option<&str>) -> Option<(String, String, Option<String>)> {
        Some((bucket.to_owned(), key.to_owned(), version_id.map(str::to_owned)))
    }

    #[test]
    fn a_source_is_a_bucket_and_a_key() {
        assert_eq!(parsed("b/k"), source("b", "k", None));
        assert_eq!(parsed("/b/dir/k"), source("b", "dir/k", None));
        assert_eq!(parsed("b%2Fdir%2Fk"), source("b", "dir/k", None));
        assert_eq!(parsed("b/%C3%A9%3F+x?versionId=null"), source("b", "é?+x", Some("null")));
    }

    #[test]
    fn what_lacks_one_of_them_is_refused() {
        for header in
            ["", "b", "b/", "/b/", "//k", "b/%ff", "arn:aws:s3:us-east-1:000000000000:accesspoint/a/object/k"]
        {
            assert_eq!(parsed(header), None, "{header}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(header in "\\PC{0,40}") {
            let _ = CopySource::parse(&header);
        }
    }
}
