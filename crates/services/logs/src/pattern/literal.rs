use super::InvalidPattern;
use super::parser::{Parser, is_word};

/// What a value is compared with.
#[derive(Debug)]
pub(super) enum Literal {
    /// Compared as a number with numbers, and as text with text.
    Number {
        value: f64,
        text: String,
    },
    Text(Wildcard),
    Regex(Regex),
}

impl Literal {
    pub(super) fn parse(parser: &mut Parser<'_>) -> Result<Self, InvalidPattern> {
        match parser.peek() {
            Some('"') => parser.quoted().map(|text| Self::Text(Wildcard(text))),
            Some('%') => parser.regex().map(Self::Regex),
            _ => {
                let text = parser.take_while(is_unquoted)?;
                Ok(match number(text) {
                    Some(value) => Self::Number { value, text: text.to_owned() },
                    None => Self::Text(Wildcard(text.to_owned())),
                })
            }
        }
    }

    pub(super) fn matches_text(&self, value: &str) -> bool {
        match self {
            Self::Number { value: wanted, text } => text == value || number(value) == Some(*wanted),
            Self::Text(wildcard) => wildcard.matches(value),
            Self::Regex(regex) => regex.matches(value),
        }
    }
}

/// What may stand without quotes, beside letters and digits: what addresses, times and wildcards need.
fn is_unquoted(character: char) -> bool {
    is_word(character) || matches!(character, '*' | '.' | '-' | '+' | ':' | '/' | '@' | '#' | '$' | ';' | '?')
}

/// Unlike Rust, AWS knows no `inf` and no `NaN`.
pub(super) fn number(text: &str) -> Option<f64> {
    let is_numeric = text.ends_with(|c: char| c.is_ascii_digit() || c == '.')
        && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    if is_numeric { text.parse().ok() } else { None }
}

/// Text in which `*` stands for anything.
#[derive(Debug)]
pub(super) struct Wildcard(String);

impl Wildcard {
    fn matches(&self, value: &str) -> bool {
        let Some((start, rest)) = self.0.split_once('*') else { return self.0 == value };
        let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));
        let Some(mut value) = value.strip_prefix(start).and_then(|value| value.strip_suffix(end)) else {
            return false;
        };
        // The earliest place for each part leaves the most room for those that follow.
        middle.split('*').all(|part| match value.find(part) {
            Some(at) => {
                value = &value[at + part.len()..];
                true
            }
            None => false,
        })
    }
}

/// A regular expression in the subset that AWS allows: no groups, no white space, one byte per character.
#[derive(Debug)]
pub(super) struct Regex(fancy_regex::Regex);

impl Regex {
    pub(super) fn parse(source: &str) -> Result<Self, InvalidPattern> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || ":_#=@/;,-^$?[]{}|\\*+.%".contains(c);
        match source.chars().find(|c| !allowed(*c)) {
            Some(forbidden) => Err(InvalidPattern::Character(forbidden)),
            // Without groups and look-around every expression runs in linear time.
            None => fancy_regex::Regex::new(source).map(Self).map_err(|_| InvalidPattern::Malformed),
        }
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        self.0.is_match(text).unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        let matches = |pattern: &str, value| Wildcard(pattern.to_owned()).matches(value);
        assert!(matches("a*c", "abc") && matches("a*c", "ac") && matches("*", ""));
        assert!(matches("*b*", "abc") && matches("a*b*c", "a-b-b-c"));
        assert!(!matches("a*c", "abd") && !matches("a*a", "a") && !matches("b", "abc"));
        assert!(!matches("a*b*c", "acb") && !matches("ab*bc", "abc"));
    }

    #[test]
    fn only_digits_make_a_number() {
        assert_eq!(number("1e3"), Some(1000.0));
        assert_eq!(number("-2.5"), Some(-2.5));
        for text in ["", "inf", "NaN", "e", "1.2.3", "0x10"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn a_regex_has_no_groups() {
        assert!(Regex::parse("colou?r").unwrap().matches("my color"));
        assert!(matches!(Regex::parse("(a)"), Err(InvalidPattern::Character('('))));
    }
}
