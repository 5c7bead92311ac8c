//! A bucket's tags.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::store::SubResource;

/// Source: the S3 User Guide; lengths are in UTF-16 code units.
const TAGS_MAX: usize = 50;
const KEY_MAX: usize = 128;
const VALUE_MAX: usize = 256;

/// By key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct BucketTags(pub(crate) BTreeMap<String, String>);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TagError {
    #[error("there are more than {TAGS_MAX} tags")]
    TooMany,
    #[error("the key {0:?} is there twice")]
    Twice(String),
    #[error("{0:?} cannot be a key")]
    Key(String),
    #[error("{0:?} cannot be a value")]
    Value(String),
    #[error("{0:?} is AWS's own")]
    System(String),
}

impl SubResource for BucketTags {
    const NAME: &'static str = "tagging";
}

impl BucketTags {
    pub(crate) fn parse(tags: Vec<(String, String)>) -> Result<Self, TagError> {
        if tags.len() > TAGS_MAX {
            return Err(TagError::TooMany);
        }
        let mut by_key = BTreeMap::new();
        for (key, value) in tags {
            check(&key, &value)?;
            if by_key.insert(key.clone(), value).is_some() {
                return Err(TagError::Twice(key));
            }
        }
        Ok(Self(by_key))
    }
}

fn check(key: &str, value: &str) -> Result<(), TagError> {
    if key.starts_with("aws:") {
        Err(TagError::System(key.to_owned()))
    } else if key.is_empty() || length(key) > KEY_MAX || !key.chars().all(is_allowed) {
        Err(TagError::Key(key.to_owned()))
    } else if length(value) > VALUE_MAX || !value.chars().all(is_allowed) {
        Err(TagError::Value(value.to_owned()))
    } else {
        Ok(())
    }
}

fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

fn is_allowed(c: char) -> bool {
    c.is_alphanumeric() || c.is_whitespace() || "+-=._:/@".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(tags: &[(&str, &str)]) -> Result<BucketTags, TagError> {
        BucketTags::parse(tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn tags_have_distinct_keys_of_allowed_characters() {
        assert!(tags(&[("a b", ""), ("ü:/=+-@._", "1")]).is_ok());
        assert_eq!(tags(&[("a", "1"), ("a", "2")]), Err(TagError::Twice("a".to_owned())));
        assert_eq!(tags(&[("", "1")]), Err(TagError::Key(String::new())));
        assert_eq!(tags(&[("a#", "1")]), Err(TagError::Key("a#".to_owned())));
        assert_eq!(tags(&[("a", "<")]), Err(TagError::Value("<".to_owned())));
        assert_eq!(tags(&[("aws:a", "1")]), Err(TagError::System("aws:a".to_owned())));
        assert!(tags(&[(&"x".repeat(129), "")]).is_err() && tags(&[("x", &"x".repeat(257))]).is_err());
        let many = (0..51).map(|n| (n.to_string(), String::new())).collect();
        assert_eq!(BucketTags::parse(many), Err(TagError::TooMany));
    }
}
