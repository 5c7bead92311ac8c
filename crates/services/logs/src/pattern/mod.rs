//! Filter patterns: which log events a caller asks for.
//! Source: CloudWatch Logs user guide, "Filter pattern syntax".

mod condition;
mod fields;
mod json;
mod literal;
mod parser;
mod terms;

use self::fields::FieldsPattern;
use self::json::JsonPattern;
use self::terms::TermsPattern;

/// A parsed filter pattern.
#[derive(Debug)]
pub struct FilterPattern(Syntax);

#[derive(Debug)]
enum Syntax {
    /// `ERROR -"exact phrase" %regex%`
    Terms(TermsPattern),
    /// `{ $.status = 4* && $.user.id = 1 }`
    Json(JsonPattern),
    /// `[ip, user, ..., status = 4*, bytes > 1000]`
    Fields(FieldsPattern),
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPattern {
    #[error("Invalid character(s) in term '{0}'")]
    Character(char),
    #[error("If a filter pattern starts with '{open}' it must end with '{close}'")]
    NotClosed { open: char, close: char },
    #[error("Invalid filter pattern")]
    Malformed,
}

impl FilterPattern {
    pub fn parse(text: &str) -> Result<Self, InvalidPattern> {
        let text = text.trim();
        Ok(Self(if let Some(inside) = enclosed(text, '{', '}')? {
            Syntax::Json(JsonPattern::parse(inside)?)
        } else if let Some(inside) = enclosed(text, '[', ']')? {
            Syntax::Fields(FieldsPattern::parse(inside)?)
        } else {
            Syntax::Terms(TermsPattern::parse(text)?)
        }))
    }

    /// Every event matches, so none need be looked at.
    pub fn matches_all(&self) -> bool {
        matches!(&self.0, Syntax::Terms(terms) if terms.is_empty())
    }

    pub fn matches(&self, message: &str) -> bool {
        match &self.0 {
            Syntax::Terms(pattern) => pattern.matches(message),
            Syntax::Json(pattern) => pattern.matches(message),
            Syntax::Fields(pattern) => pattern.matches(message),
        }
    }
}

fn enclosed(text: &str, open: char, close: char) -> Result<Option<&str>, InvalidPattern> {
    match text.strip_prefix(open) {
        None => Ok(None),
        Some(rest) => rest.strip_suffix(close).map(Some).ok_or(InvalidPattern::NotClosed { open, close }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_first_character_tells_the_syntax() {
        assert!(matches!(FilterPattern::parse("ERROR"), Ok(FilterPattern(Syntax::Terms(_)))));
        assert!(matches!(FilterPattern::parse(" { $.a = 1 } "), Ok(FilterPattern(Syntax::Json(_)))));
        assert!(matches!(FilterPattern::parse("[a, b]"), Ok(FilterPattern(Syntax::Fields(_)))));
    }

    #[test]
    fn what_is_opened_must_be_closed() {
        let refused = FilterPattern::parse("{ $.a = 1").unwrap_err().to_string();
        assert_eq!(refused, "If a filter pattern starts with '{' it must end with '}'"); // not recorded
    }

    #[test]
    fn an_empty_pattern_matches_everything() {
        for text in ["", "  "] {
            let pattern = FilterPattern::parse(text).unwrap();
            assert!(pattern.matches_all() && pattern.matches("anything"));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_or_refused_without_panic(pattern in "\\PC{0,60}", message in "\\PC{0,60}") {
            if let Ok(pattern) = FilterPattern::parse(&pattern) {
                pattern.matches(&message);
            }
        }

        #[test]
        fn text_made_of_the_syntax_is_parsed_or_refused_without_panic(
            pattern in r#"[\{\[]([$.a1=!<>&|()*%" ?,\[\]-]|EXISTS|NOT|IS|NULL|\.\.\.){0,30}[\}\]]"#,
            message in r#"[{}\[\]a1:," ]{0,40}"#,
        ) {
            if let Ok(pattern) = FilterPattern::parse(&pattern) {
                pattern.matches(&message);
            }
        }
    }
}
