use super::InvalidPattern;
use super::literal::Regex;
use super::parser::{Parser, is_word};

/// Words, phrases and regular expressions that a message must or must not contain.
#[derive(Debug, Default)]
pub(super) struct TermsPattern {
    /// All of them.
    included: Vec<Term>,
    /// `?term`: at least one of them. Without effect beside others (user guide).
    alternatives: Vec<Term>,
    /// `-term`: none of them.
    excluded: Vec<Term>,
}

#[derive(Debug)]
enum Term {
    Text(String),
    Regex(Regex),
}

impl TermsPattern {
    pub(super) fn parse(text: &str) -> Result<Self, InvalidPattern> {
        let mut parser = Parser::new(text);
        let mut pattern = Self::default();
        while !parser.is_at_end() {
            let terms = if parser.eat("?") {
                &mut pattern.alternatives
            } else if parser.eat("-") {
                &mut pattern.excluded
            } else {
                &mut pattern.included
            };
            terms.push(Term::parse(&mut parser)?);
        }
        Ok(pattern)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.included.is_empty() && self.alternatives.is_empty() && self.excluded.is_empty()
    }

    pub(super) fn matches(&self, message: &str) -> bool {
        if self.included.is_empty() && self.excluded.is_empty() {
            return self.is_empty() || self.alternatives.iter().any(|term| term.is_in(message));
        }
        self.included.iter().all(|term| term.is_in(message))
            && !self.excluded.iter().any(|term| term.is_in(message))
    }
}

impl Term {
    fn parse(parser: &mut Parser<'_>) -> Result<Self, InvalidPattern> {
        match parser.peek() {
            Some('"') => parser.quoted().map(Self::Text),
            Some('%') => parser.regex().map(Self::Regex),
            _ => {
                let term = parser.take_while(|c| !c.is_whitespace())?;
                match term.chars().find(|c| !is_word(*c)) {
                    Some(special) => Err(InvalidPattern::Character(special)),
                    None => Ok(Self::Text(term.to_owned())),
                }
            }
        }
    }

    fn is_in(&self, message: &str) -> bool {
        match self {
            Self::Text(text) => message.contains(text),
            Self::Regex(regex) => regex.matches(message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, matching: &[&str], others: &[&str]) {
        let parsed = TermsPattern::parse(pattern).unwrap();
        for message in matching {
            assert!(parsed.matches(message), "{pattern} should match {message:?}");
        }
        for message in others {
            assert!(!parsed.matches(message), "{pattern} should not match {message:?}");
        }
    }

    // The messages are those of the user guide.
    const BAD: &str = "[ERROR 400] BAD REQUEST";
    const UNAUTHORIZED: &str = "[ERROR 401] UNAUTHORIZED REQUEST";
    const MISSING: &str = "[ERROR 419] MISSING ARGUMENTS";

    #[test]
    fn a_term_is_case_sensitive() {
        check("ERROR", &[BAD, UNAUTHORIZED], &["error"]);
    }

    #[test]
    fn all_terms_must_be_there_in_any_order() {
        check("ERROR ARGUMENTS", &[MISSING], &[BAD]);
        check("ARGUMENTS ERROR", &[MISSING], &[BAD]);
    }

    #[test]
    fn a_question_mark_makes_alternatives() {
        check("?BAD ?\"MISSING ARG\" ?%UNAUTH[A-Z]+%", &[BAD, UNAUTHORIZED, MISSING], &["ERROR"]);
    }

    #[test]
    fn a_question_mark_has_no_effect_beside_other_terms() {
        check("?MISSING ERROR", &[BAD, MISSING], &["MISSING"]);
    }

    #[test]
    fn a_minus_excludes() {
        check("ERROR -ARGUMENTS", &[BAD], &[MISSING]);
        check("-\"BAD REQUEST\"", &[MISSING], &[BAD]);
    }

    #[test]
    fn quotes_make_a_phrase() {
        check(r#""[ERROR 400]""#, &[BAD], &[MISSING]);
        check(r#""a \"quoted\" \\ word""#, &[r#"a "quoted" \ word"#], &["a quoted word"]);
    }

    #[test]
    fn a_regex_stands_between_percent_signs() {
        check(r"%40[0-9]% %REQ|ARG%", &[BAD, UNAUTHORIZED], &[MISSING]);
    }

    #[test]
    fn special_characters_need_quotes() {
        let refused = TermsPattern::parse("Status: timeout").unwrap_err();
        assert_eq!(refused.to_string(), "Invalid character(s) in term ':'"); // not recorded: users of AWS quote it
        assert_eq!(TermsPattern::parse("\"open").unwrap_err(), InvalidPattern::Malformed);
    }
}
