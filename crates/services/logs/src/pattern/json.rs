use serde_json::Value;

use super::InvalidPattern;
use super::condition::{Condition, Test};
use super::literal::Literal;
use super::parser::{Parser, is_word};

/// A condition on a message that is one JSON object.
#[derive(Debug)]
pub(super) struct JsonPattern(Condition<Selector>);

/// Where in the object a value is looked for, such as `$.users[0].name`.
#[derive(Debug)]
struct Selector(Vec<Step>);

#[derive(Debug)]
enum Step {
    Member(String),
    Element(usize),
    /// `.*` or `[*]`: any of them.
    Any,
}

impl JsonPattern {
    pub(super) fn parse(inside: &str) -> Result<Self, InvalidPattern> {
        let mut parser = Parser::new(inside);
        let condition = Condition::parse(&mut parser, &Selector::parse)?;
        if parser.is_at_end() { Ok(Self(condition)) } else { Err(parser.unexpected()) }
    }

    /// A message that is not one JSON object, and nothing else, doesn't match.
    pub(super) fn matches(&self, message: &str) -> bool {
        match serde_json::from_str::<Value>(message) {
            Ok(object @ Value::Object(_)) => self.0.holds(&|selector, test| selector.holds(&object, test)),
            _ => false,
        }
    }
}

impl Selector {
    fn parse(parser: &mut Parser<'_>) -> Result<Self, InvalidPattern> {
        parser.expect("$")?;
        let mut steps = Vec::new();
        loop {
            if parser.eat(".*") {
                steps.push(Step::Any);
            } else if parser.eat(".") {
                steps.push(Step::Member(parser.take_while(is_member)?.to_owned()));
            } else if parser.eat("[") {
                steps.push(Self::parse_brackets(parser)?);
            } else if steps.is_empty() {
                return Err(parser.unexpected());
            } else {
                return Ok(Self(steps));
            }
        }
    }

    /// `[0]`, `[*]` or `['a member']`, after the bracket.
    fn parse_brackets(parser: &mut Parser<'_>) -> Result<Step, InvalidPattern> {
        let step = if parser.eat("*") {
            Step::Any
        } else if parser.eat("'") {
            let name = parser.take_while(|c| c != '\'')?;
            parser.expect("'")?;
            Step::Member(name.to_owned())
        } else {
            let index = parser.take_while(|c| c.is_ascii_digit())?;
            Step::Element(index.parse().map_err(|_| InvalidPattern::Malformed)?)
        };
        parser.expect("]")?;
        Ok(step)
    }

    fn holds(&self, object: &Value, test: &Test) -> bool {
        let mut found = Vec::new();
        collect(object, &self.0, &mut found);
        match test {
            Test::NotExists => found.is_empty(),
            _ => found.into_iter().any(|value| test.holds_for_json(value)),
        }
    }
}

fn is_member(character: char) -> bool {
    is_word(character) || character == '-'
}

fn collect<'a>(value: &'a Value, steps: &[Step], found: &mut Vec<&'a Value>) {
    let Some((step, rest)) = steps.split_first() else { return found.push(value) };
    match (step, value) {
        (Step::Member(name), Value::Object(members)) => {
            members.get(name).into_iter().for_each(|member| collect(member, rest, found));
        }
        (Step::Element(index), Value::Array(elements)) => {
            elements.get(*index).into_iter().for_each(|element| collect(element, rest, found));
        }
        (Step::Any, Value::Array(elements)) => {
            elements.iter().for_each(|element| collect(element, rest, found));
        }
        (Step::Any, Value::Object(members)) => {
            members.values().for_each(|member| collect(member, rest, found));
        }
        _ => {}
    }
}

impl Test {
    fn holds_for_json(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::IsNull, value) => value.is_null(),
            (Self::IsTrue, value) => *value == Value::Bool(true),
            (Self::IsFalse, value) => *value == Value::Bool(false),
            (Self::Equal(literal), Value::Number(number)) => literal.equals_number(number),
            (Self::NotEqual(literal), Value::Number(number)) => !literal.equals_number(number),
            (Self::Ordered(order, than), Value::Number(number)) => {
                number.as_f64().is_some_and(|number| order.holds(number, *than))
            }
            // A number that is written as text is not less or greater than anything.
            (Self::Ordered(..), _) => false,
            (_, Value::String(text)) => self.holds_for_text(text),
            (Self::NotEqual(_) | Self::Exists, _) => true,
            _ => false,
        }
    }
}

impl Literal {
    fn equals_number(&self, number: &serde_json::Number) -> bool {
        match self {
            Self::Number { value, .. } => number.as_f64() == Some(*value),
            _ => self.matches_text(&number.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::pattern::FilterPattern;

    /// After the example of the user guide.
    const EVENT: &str = r#"{
        "eventType": "UpdateTrail", "sourceIPAddress": "111.111.111.111", "bandwidth": 75.5, "latency": 50,
        "arrayKey": ["value", "another value"],
        "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
        "SomeObject": null, "ThisFlag": true, "user": {"id": 1, "email-address": "John.Doe@example.com"}
    }"#;

    #[track_caller]
    fn check(pattern: &str, expected: bool) {
        let parsed = FilterPattern::parse(pattern).unwrap();
        assert_eq!(parsed.matches(EVENT), expected, "{pattern}");
    }

    #[test]
    fn text_is_compared_whole_or_with_wildcards() {
        check(r#"{ $.eventType = "UpdateTrail" }"#, true);
        check("{ $.eventType = UpdateTrail }", true);
        check(r#"{ $.eventType = "Update*" }"#, true);
        check("{ $.sourceIPAddress != 123.123.* }", true);
        check("{ $.sourceIPAddress = 111.111.* }", true);
        check("{ $.eventType = Trail }", false);
        check("{ $.eventType = %Upd[a-z]+Tr% }", true);
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        check("{ $.bandwidth > 75 }", true);
        check("{ $.latency < 50 }", false);
        check("{ $.latency <= 50 && $.latency >= 5e1 }", true);
        check("{ $.latency = 50.0 }", true);
        check("{ $.latency = 5* }", true);
        check("{ $.latency != 50 }", false);
        check("{ $.eventType > 1 }", false);
    }

    #[test]
    fn a_selector_goes_into_objects_and_arrays() {
        check(r#"{ $.arrayKey[0] = "value" }"#, true);
        check(r#"{ $.arrayKey[2] = "value" }"#, false);
        check("{ $.objectList[1].id = 2 }", true);
        check("{ $.objectList[*].name = b }", true);
        check("{ $.user.email-address = *example.com }", true);
        check("{ $['user']['email-address'] = John* }", true);
    }

    #[test]
    fn null_true_false_and_absence_can_be_asked_for() {
        check("{ $.SomeObject IS NULL }", true);
        check("{ $.ThisFlag IS TRUE }", true);
        check("{ $.ThisFlag IS FALSE }", false);
        check("{ $.SomeOtherObject NOT EXISTS }", true);
        check("{ $.SomeObject NOT EXISTS }", false);
        check("{ $.arrayKey[0] EXISTS }", true);
        check("{ $.absent != x }", false);
    }

    #[test]
    fn and_binds_tighter_than_or() {
        check("{ $.latency = 1 && $.latency = 2 || $.latency = 50 }", true);
        check("{ $.latency = 1 && ($.latency = 2 || $.latency = 50) }", false);
        check("{ ($.user.id = 1) && ($.objectList[0].id = 1 || $.bandwidth < 0) }", true);
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        let refused = |pattern: &str| FilterPattern::parse(pattern).unwrap_err().to_string();
        assert_eq!(refused("{ $.a }"), "Invalid filter pattern");
        assert_eq!(refused("{ $.a > b }"), "Invalid filter pattern");
        assert_eq!(refused(r#"{ $."a b" = 1 }"#), "Invalid character(s) in term '\"'");
        assert_eq!(refused("{ a = 1 }"), "Invalid character(s) in term 'a'");
        assert_eq!(refused(&format!("{{ {}$.a = 1 }}", "(".repeat(900))), "Invalid filter pattern");
    }

    #[test]
    fn only_an_object_can_match() {
        let pattern = FilterPattern::parse("{ $.a NOT EXISTS }").unwrap();
        assert!(!pattern.matches("no JSON") && !pattern.matches("[1]"));
        assert!(pattern.matches("{}"));
    }
}
