//! Lists that are given out in pages.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::SqsError;
use crate::error::Range;
use crate::receive::within;

/// How many names there are without pages.
const ALL_MAX: usize = 1000;

/// Some of a sorted list of names, and where to go on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page<'a> {
    pub(super) names: Vec<&'a str>,
    /// Only where pages were asked for.
    pub(super) next: Option<String>,
}

impl<'a> Page<'a> {
    pub(super) fn of(
        mut names: Vec<&'a str>,
        at_most: Option<i32>,
        token: Option<&str>,
    ) -> Result<Self, SqsError> {
        let range = Range::Between(1, 1000);
        let limit = within("MaxResults", at_most.map(i64::from), range)?;
        if let Some(token) = token {
            let last = BASE64.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            let last = last.ok_or(SqsError::InvalidNextToken)?;
            names.retain(|name| *name > last.as_str());
        }
        let limit = limit.and_then(|limit| usize::try_from(limit).ok());
        let has_more = limit.is_some_and(|limit| names.len() > limit);
        names.truncate(limit.unwrap_or(ALL_MAX));
        let next = names.last().filter(|_| has_more).map(|last| BASE64.encode(last));
        Ok(Self { names, next })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_to_the_end() {
        let names = ["a", "b", "c"];
        let first = Page::of(names.to_vec(), Some(2), None).unwrap();
        assert_eq!(first.names, ["a", "b"]);
        let second = Page::of(names.to_vec(), Some(2), first.next.as_deref()).unwrap();
        assert_eq!(second, Page { names: vec!["c"], next: None });
        assert_eq!(Page::of(names.to_vec(), None, None).unwrap().next, None);
        assert!(matches!(Page::of(vec![], None, Some("?")), Err(SqsError::InvalidNextToken)));
        assert!(Page::of(vec![], Some(0), None).is_err());
    }
}
