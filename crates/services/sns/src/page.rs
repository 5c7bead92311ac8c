//! A part of a list, and the token that leads to the next one. A token means nothing to a caller, and one that was not
//! given out for the same list is refused.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::SnsError;

/// How many topics or subscriptions one answer holds. Source: ListTopics.
pub(crate) const PAGE: usize = 100;

pub(crate) struct Page<T> {
    pub items: Vec<T>,
    pub next_token: Option<String>,
}

impl<T> Page<T> {
    /// `found` holds one more than the page if there is more. `key` is where the next page begins after.
    pub(crate) fn cut(mut found: Vec<T>, scope: &str, key: impl Fn(&T) -> String) -> Self {
        if found.len() <= PAGE {
            return Self { items: found, next_token: None };
        }
        found.truncate(PAGE);
        let next_token = found.last().map(|last| seal(scope, &key(last)));
        Self { items: found, next_token }
    }
}

fn seal(scope: &str, key: &str) -> String {
    BASE64.encode(format!("{scope}\n{key}"))
}

pub(crate) fn unseal(scope: &str, token: &str) -> Result<String, SnsError> {
    let decoded = BASE64.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let key = decoded.and_then(|text| Some(text.strip_prefix(scope)?.strip_prefix('\n')?.to_owned()));
    key.ok_or(SnsError::InvalidNextToken)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_page_that_holds_all_leads_to_no_other() {
        let page = Page::cut(vec![1; PAGE], "s", ToString::to_string);
        assert_eq!((page.items.len(), page.next_token), (PAGE, None));
        let page = Page::cut((0..=PAGE).collect(), "s", ToString::to_string);
        assert_eq!(page.items.len(), PAGE);
        assert_eq!(unseal("s", &page.next_token.unwrap()).unwrap(), "99");
    }

    proptest! {
        #[test]
        fn a_token_is_read_where_it_was_given_out(scope in "[a-z ]{0,9}", key in ".{0,40}") {
            prop_assert_eq!(unseal(&scope, &seal(&scope, &key)).unwrap(), key.clone());
            prop_assert!(unseal("other", &seal(&scope, &key)).is_err());
        }

        #[test]
        fn any_text_is_refused_without_a_panic(text in ".{0,60}") {
            prop_assert!(unseal("scope", &text).is_err());
        }
    }
}
