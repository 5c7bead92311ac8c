use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use crate::S3Error;
use crate::error::TagsProblem;

pub(crate) type Tags = BTreeMap<String, String>;

/// Source: the S3 User Guide, "Categorizing your objects using tags".
const TAGS_MAX: usize = 10;
/// In characters.
const KEY_MAX: usize = 128;
const VALUE_MAX: usize = 256;

/// Tags as they come, in which a key may be there twice.
pub(crate) fn check_tags(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Tags, S3Error> {
    let mut tags = Tags::new();
    for (key, value) in pairs {
        let is_key = (1..=KEY_MAX).contains(&key.chars().count()) && !key.starts_with("aws:");
        if !is_key {
            return Err(S3Error::InvalidTags(TagsProblem::InvalidKey));
        }
        if value.chars().count() > VALUE_MAX {
            return Err(S3Error::InvalidTags(TagsProblem::InvalidValue));
        }
        if tags.insert(key, value).is_some() {
            return Err(S3Error::InvalidTags(TagsProblem::DuplicateKey));
        }
    }
    if tags.len() > TAGS_MAX { Err(S3Error::InvalidTags(TagsProblem::TooMany)) } else { Ok(tags) }
}

/// `x-amz-tagging`, which is written as a query: `key=value&key=value`.
pub(crate) fn parse_tagging_header(header: &str) -> Result<Tags, S3Error> {
    let malformed = || S3Error::InvalidTags(TagsProblem::Malformed);
    let decoded = |text: &str| {
        let text = text.replace('+', " ");
        percent_decode_str(&text).decode_utf8().map(Into::into).map_err(|_| malformed())
    };
    let pairs = header.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        Ok((decoded(key)?, decoded(value)?))
    });
    check_tags(pairs.collect::<Result<Vec<(String, String)>, S3Error>>()?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_header_is_a_query() {
        let tags = parse_tagging_header("a=1&b+c=%C3%A9&empty=&bare").unwrap();
        let expected = [("a", "1"), ("b c", "é"), ("empty", ""), ("bare", "")];
        assert_eq!(tags, expected.map(|(key, value)| (key.to_owned(), value.to_owned())).into());
    }

    #[test]
    fn tags_are_few_and_each_is_there_once() {
        let eleven: Vec<_> = (0..11).map(|number| format!("{number}=x")).collect();
        for header in
            ["a=1&a=2", "=1", "aws:x=1", "a=%ff", &eleven.join("&"), &format!("a={}", "x".repeat(257))]
        {
            assert!(matches!(parse_tagging_header(header), Err(S3Error::InvalidTags(_))), "{header}");
        }
        assert!(parse_tagging_header(&eleven[1..].join("&")).is_ok());
    }

    proptest! {
        #[test]
        fn any_header_is_read_or_refused(header in "\\PC{0,40}") {
            let _ = parse_tagging_header(&header);
        }
    }
}
