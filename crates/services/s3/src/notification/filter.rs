use serde::{Deserialize, Serialize};

use super::error::NotificationError;

/// In bytes, of one value. Source: the S3 API reference.
const VALUE_MAX: usize = 1024;

/// A rule of a filter as a caller gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FilterRule {
    pub(crate) name: Option<String>,
    pub(crate) value: Option<String>,
}

/// Of which keys a configuration wants to hear. `None` is no rule; a rule may have an empty value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeyFilter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) prefix: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) suffix: Option<String>,
}

impl KeyFilter {
    pub(super) fn parse(rules: Vec<FilterRule>) -> Result<Self, NotificationError> {
        let mut filter = Self::default();
        for FilterRule { name, value } in rules {
            let (Some(name), Some(value)) = (name, value) else { return Err(NotificationError::Malformed) };
            if value.len() > VALUE_MAX {
                return Err(NotificationError::FilterValueTooLong(value));
            }
            let (part, place) = match name.to_ascii_lowercase().as_str() {
                "prefix" => ("prefix", &mut filter.prefix),
                "suffix" => ("suffix", &mut filter.suffix),
                _ => return Err(NotificationError::FilterName(name)),
            };
            if place.replace(value).is_some() {
                return Err(NotificationError::FilterTwice(part));
            }
        }
        Ok(filter)
    }

    pub(super) fn accepts(&self, key: &str) -> bool {
        key.starts_with(self.begins()) && key.ends_with(self.ends())
    }

    /// Whether there may be keys that both accept.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        let (one, two) = (self.begins(), other.begins());
        let begin_alike = one.starts_with(two) || two.starts_with(one);
        let (one, two) = (self.ends(), other.ends());
        begin_alike && (one.ends_with(two) || two.ends_with(one))
    }

    fn begins(&self) -> &str {
        self.prefix.as_deref().unwrap_or_default()
    }

    fn ends(&self) -> &str {
        self.suffix.as_deref().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn filter(prefix: &str, suffix: &str) -> KeyFilter {
        KeyFilter { prefix: Some(prefix.to_owned()), suffix: Some(suffix.to_owned()) }
    }

    fn rule(name: &str, value: &str) -> FilterRule {
        FilterRule { name: Some(name.to_owned()), value: Some(value.to_owned()) }
    }

    #[test]
    fn names_are_taken_in_any_case_and_values_may_be_empty() {
        let parsed = KeyFilter::parse(vec![rule("Prefix", ""), rule("SUFFIX", ".jpg")]);
        assert_eq!(parsed, Ok(filter("", ".jpg")));
    }

    #[test]
    fn one_of_each_at_most() {
        let twice = KeyFilter::parse(vec![rule("prefix", "a"), rule("Prefix", "b")]);
        assert_eq!(twice, Err(NotificationError::FilterTwice("prefix")));
        let other = KeyFilter::parse(vec![rule("infix", "a")]);
        assert_eq!(other, Err(NotificationError::FilterName("infix".to_owned())));
        let nameless = FilterRule { name: None, value: Some(String::new()) };
        assert_eq!(KeyFilter::parse(vec![nameless]), Err(NotificationError::Malformed));
        let long = "x".repeat(VALUE_MAX + 1);
        assert!(KeyFilter::parse(vec![rule("prefix", &long)]).is_err());
    }

    #[test]
    fn filters_overlap_where_both_ends_do() {
        assert!(filter("images/", "").overlaps(&filter("images/a", ".jpg")));
        assert!(!filter("images/", ".jpg").overlaps(&filter("images/", ".png")));
        assert!(!filter("images/", ".jpg").overlaps(&filter("texts/", ".jpg")));
        assert!(KeyFilter::default().overlaps(&filter("a", "b")));
    }

    proptest! {
        #[test]
        fn two_filters_that_accept_one_key_overlap(
            a in ("[ab]{0,2}", "[ab]{0,2}"), b in ("[ab]{0,2}", "[ab]{0,2}"), key in "[ab]{0,5}",
        ) {
            let (a, b) = (filter(&a.0, &a.1), filter(&b.0, &b.1));
            prop_assert_eq!(a.overlaps(&b), b.overlaps(&a));
            prop_assert!(!(a.accepts(&key) && b.accepts(&key)) || a.overlaps(&b));
        }
    }
}
