use super::InvalidPattern;
use super::condition::{Condition, Test};
use super::parser::{Parser, is_word};

/// A list of fields, of which a message must have as many, separated by spaces.
#[derive(Debug)]
pub(super) struct FieldsPattern {
    /// Those before `...`, or all of them.
    head: Vec<Field>,
    /// Those after `...`, if it is there: it stands for any number of fields.
    tail: Option<Vec<Field>>,
}

/// `None`: named only, and may be anything.
type Field = Option<Condition<()>>;

impl FieldsPattern {
    pub(super) fn parse(inside: &str) -> Result<Self, InvalidPattern> {
        let mut parser = Parser::new(inside);
        let mut pattern = Self { head: Vec::new(), tail: None };
        loop {
            if parser.eat("...") {
                if pattern.tail.replace(Vec::new()).is_some() {
                    return Err(InvalidPattern::Malformed);
                }
            } else {
                let field = parse_field(&mut parser)?;
                pattern.tail.as_mut().unwrap_or(&mut pattern.head).push(field);
            }
            if parser.is_at_end() {
                return Ok(pattern);
            }
            parser.expect(",")?;
        }
    }

    pub(super) fn matches(&self, message: &str) -> bool {
        let values = split(message);
        let wanted = self.head.len() + self.tail.as_ref().map_or(0, Vec::len);
        let fits = if self.tail.is_some() { values.len() >= wanted } else { values.len() == wanted };
        let tail = self.tail.as_deref().unwrap_or_default();
        fits && holds(&self.head, &values) && holds(tail, &values[values.len() - tail.len()..])
    }
}

fn holds(fields: &[Field], values: &[&str]) -> bool {
    let test = |field: &Field, value: &str| match field {
        None => true,
        Some(condition) => condition.holds(&|(), test: &Test| test.holds_for_text(value)),
    };
    fields.iter().zip(values).all(|(field, value)| test(field, value))
}

fn parse_field(parser: &mut Parser<'_>) -> Result<Field, InvalidPattern> {
    let mut ahead = *parser;
    if ahead.take_while(is_word).is_ok() && matches!(ahead.peek(), None | Some(',')) {
        *parser = ahead;
        return Ok(None);
    }
    Condition::parse(parser, &|parser| parser.take_while(is_word).map(drop)).map(Some)
}

/// The fields of a message. What stands in quotes or brackets is one field, without them.
fn split(message: &str) -> Vec<&str> {
    let mut fields = Vec::new();
    let mut rest = message.trim();
    while !rest.is_empty() {
        let enclosed = [('"', '"'), ('[', ']')].into_iter().find_map(|(open, close)| {
            let (field, after) = rest.strip_prefix(open)?.split_once(close)?;
            (after.is_empty() || after.starts_with(char::is_whitespace)).then_some((field, after))
        });
        let (field, after) = enclosed.or_else(|| rest.split_once(char::is_whitespace)).unwrap_or((rest, ""));
        fields.push(field);
        rest = after.trim_start();
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::FilterPattern;

    /// After the example of the user guide.
    const EVENT: &str =
        r#"127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534"#;

    #[track_caller]
    fn check(pattern: &str, expected: bool) {
        let parsed = FilterPattern::parse(pattern).unwrap();
        assert_eq!(parsed.matches(EVENT), expected, "{pattern}");
    }

    #[test]
    fn quotes_and_brackets_hold_a_field_together() {
        assert_eq!(
            split(EVENT),
            [
                "127.0.0.1",
                "Prod",
                "frank",
                "10/Oct/2000:13:25:15 -0700",
                "GET /index.html HTTP/1.0",
                "404",
                "1534"
            ]
        );
        assert_eq!(split("\"open [ a]b"), ["\"open", "[", "a]b"]);
    }

    #[test]
    fn there_must_be_as_many_fields() {
        check("[ip, user, username, timestamp, request, status_code, bytes]", true);
        check("[ip, user, username, timestamp, request, status_code]", false);
    }

    #[test]
    fn a_field_can_have_a_condition() {
        check("[ip, user, username, timestamp, request = *html*, status_code = 4*, bytes]", true);
        check("[ip = %127\\.0\\.0\\.[1-9]%, user, username, timestamp, request, status, bytes > 1000]", true);
        check("[ip, user, username, timestamp, request, status_code = 4* && bytes > 2000, bytes]", false);
        check("[ip, user = Prod && user != Test, username, timestamp, request, status, bytes]", true);
        check("[ip, user, username, timestamp, request, (status = 200 || status = 404), bytes]", true);
    }

    #[test]
    fn dots_stand_for_any_number_of_fields() {
        check("[..., status_code = 404 || status_code = 410, bytes]", true);
        check("[ip, ..., bytes < 1000]", false);
        check("[ip=127*, ...]", true);
        check("[...]", true);
        check("[a, b, c, d, e, f, g, h, ...]", false);
    }

    #[test]
    fn what_is_no_list_of_fields_is_refused() {
        for pattern in ["[]", "[a,]", "[a b]", "[..., a, ...]", "[a = ]"] {
            assert!(FilterPattern::parse(pattern).is_err(), "{pattern}");
        }
    }
}
