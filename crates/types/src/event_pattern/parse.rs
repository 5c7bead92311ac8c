use std::net::IpAddr;

use serde_json::{Map, Number, Value};

use super::{
    Condition, Fields, Forbidden, InvalidEventPattern, NumericBound, NumericRange, Pattern, TextMatch,
};

type Object = Map<String, Value>;
type Parsed<T> = Result<T, InvalidEventPattern>;

pub(super) fn fields(object: &Object) -> Parsed<Fields> {
    if object.is_empty() {
        return Err(InvalidEventPattern::EmptyObject);
    }
    let mut fields = Fields::default();
    for (name, value) in object {
        match value {
            Value::Array(alternatives) if name == "$or" => fields.any = any(alternatives)?,
            Value::Array(conditions) => {
                fields.all.insert(name.clone(), one_of(conditions)?);
            }
            Value::Object(object) => {
                fields.all.insert(name.clone(), Pattern::Object(self::fields(object)?));
            }
            _ => return Err(InvalidEventPattern::NeitherObjectNorArray(name.clone())),
        }
    }
    Ok(fields)
}

fn any(alternatives: &[Value]) -> Parsed<Vec<Fields>> {
    if alternatives.len() < 2 {
        return Err(InvalidEventPattern::InvalidOr);
    }
    let parsed = alternatives.iter().map(|alternative| match alternative {
        Value::Object(object) => fields(object),
        _ => Err(InvalidEventPattern::InvalidOr),
    });
    parsed.collect()
}

fn one_of(conditions: &[Value]) -> Parsed<Pattern> {
    if conditions.is_empty() {
        return Err(InvalidEventPattern::EmptyArray);
    }
    conditions.iter().map(condition).collect::<Parsed<_>>().map(Pattern::OneOf)
}

fn condition(value: &Value) -> Parsed<Condition> {
    match value {
        Value::Array(_) => Err(InvalidEventPattern::InvalidCondition),
        Value::Object(object) => {
            let (operator, operand) = single(object)?;
            operation(operator, operand)
        }
        plain => Ok(Condition::Equals(plain.clone())),
    }
}

/// An object with one member.
fn single(object: &Object) -> Parsed<(&str, &Value)> {
    let mut members = object.iter();
    match (members.next(), members.next()) {
        (Some((name, value)), None) => Ok((name, value)),
        _ => Err(InvalidEventPattern::InvalidCondition),
    }
}

fn operation(operator: &str, operand: &Value) -> Parsed<Condition> {
    match operator {
        "exists" => match operand {
            Value::Bool(exists) => Ok(Condition::Exists(*exists)),
            _ => Err(InvalidEventPattern::InvalidOperand("exists")),
        },
        "anything-but" => Ok(Condition::AnythingBut(forbidden(operand)?)),
        "numeric" => Ok(Condition::Numeric(numeric(operand)?)),
        "cidr" => cidr(operand),
        _ => Ok(Condition::Text(text_match(operator, operand)?)),
    }
}

fn text_match(operator: &str, operand: &Value) -> Parsed<TextMatch> {
    match operator {
        "prefix" => {
            let (text, ignore_case) = text_of_any_case("prefix", operand)?;
            Ok(TextMatch::Prefix { text, ignore_case })
        }
        "suffix" => {
            let (text, ignore_case) = text_of_any_case("suffix", operand)?;
            Ok(TextMatch::Suffix { text, ignore_case })
        }
        "equals-ignore-case" => Ok(TextMatch::EqualsIgnoreCase(text("equals-ignore-case", operand)?)),
        "wildcard" => Ok(TextMatch::Wildcard(wildcard(&text("wildcard", operand)?)?)),
        unknown => Err(InvalidEventPattern::UnknownOperator(unknown.to_owned())),
    }
}

fn text(operator: &'static str, operand: &Value) -> Parsed<String> {
    operand.as_str().map(str::to_owned).ok_or(InvalidEventPattern::InvalidOperand(operator))
}

/// A string, or `{"equals-ignore-case": "a string"}`.
fn text_of_any_case(operator: &'static str, operand: &Value) -> Parsed<(String, bool)> {
    match operand {
        Value::Object(object) => match single(object)? {
            ("equals-ignore-case", operand) => Ok((text(operator, operand)?, true)),
            _ => Err(InvalidEventPattern::InvalidOperand(operator)),
        },
        operand => Ok((text(operator, operand)?, false)),
    }
}

/// Splits at the asterisks; `\*` and `\\` stand for themselves.
fn wildcard(text: &str) -> Parsed<Vec<String>> {
    const INVALID: InvalidEventPattern = InvalidEventPattern::InvalidOperand("wildcard");
    let mut parts = vec![String::new()];
    let (mut letters, mut after_asterisk) = (text.chars(), false);
    while let Some(letter) = letters.next() {
        let literal = match letter {
            '*' if after_asterisk => return Err(INVALID),
            '*' => None,
            '\\' => Some(letters.next().filter(|next| matches!(next, '*' | '\\')).ok_or(INVALID)?),
            other => Some(other),
        };
        match (literal, parts.last_mut()) {
            (Some(literal), Some(part)) => part.push(literal),
            _ => parts.push(String::new()),
        }
        after_asterisk = literal.is_none();
    }
    Ok(parts)
}

fn forbidden(operand: &Value) -> Parsed<Forbidden> {
    const INVALID: InvalidEventPattern = InvalidEventPattern::InvalidOperand("anything-but");
    match operand {
        Value::Object(object) => {
            let (operator, operand) = single(object)?;
            let operands = one_or_many(operand).ok_or(INVALID)?;
            let matches = operands.iter().map(|operand| text_match(operator, operand));
            Ok(Forbidden::Matches(matches.collect::<Parsed<_>>()?))
        }
        operand => {
            let operands = one_or_many(operand).ok_or(INVALID)?;
            let texts: Option<Vec<String>> =
                operands.iter().map(|operand| operand.as_str().map(str::to_owned)).collect();
            let numbers: Option<Vec<Number>> =
                operands.iter().map(|operand| operand.as_number().cloned()).collect();
            texts.map(Forbidden::Texts).or_else(|| numbers.map(Forbidden::Numbers)).ok_or(INVALID)
        }
    }
}

/// A list's items, or a value that is no list as the only one. `None`: the list is empty.
fn one_or_many(operand: &Value) -> Option<&[Value]> {
    match operand {
        Value::Array(items) if items.is_empty() => None,
        Value::Array(items) => Some(items),
        item => Some(std::slice::from_ref(item)),
    }
}

/// `["=", 3]`, `["<", 10]`, or a range as `[">", 0, "<=", 5]`.
fn numeric(operand: &Value) -> Parsed<NumericRange> {
    const INVALID: InvalidEventPattern = InvalidEventPattern::InvalidOperand("numeric");
    let items = operand.as_array().ok_or(INVALID)?;
    let bounds: Option<Vec<(&str, f64)>> =
        items.chunks(2).map(|pair| Some((pair.first()?.as_str()?, pair.get(1)?.as_f64()?))).collect();
    let bound = |value, inclusive| Some(NumericBound { value, inclusive });
    let range = match *bounds.ok_or(INVALID)? {
        [("=", value)] => NumericRange { from: bound(value, true), to: bound(value, true) },
        [(">", from)] => NumericRange { from: bound(from, false), to: None },
        [(">=", from)] => NumericRange { from: bound(from, true), to: None },
        [("<", to)] => NumericRange { from: None, to: bound(to, false) },
        [("<=", to)] => NumericRange { from: None, to: bound(to, true) },
        [(lower @ (">" | ">="), from), (upper @ ("<" | "<="), to)] if from < to => {
            NumericRange { from: bound(from, lower == ">="), to: bound(to, upper == "<=") }
        }
        _ => return Err(INVALID),
    };
    Ok(range)
}

fn cidr(operand: &Value) -> Parsed<Condition> {
    let parsed = operand.as_str().and_then(|text| {
        let (address, prefix) = text.split_once('/')?;
        let (network, prefix) = (address.parse::<IpAddr>().ok()?, prefix.parse::<u8>().ok()?);
        let bits = if network.is_ipv4() { 32 } else { 128 };
        (prefix <= bits).then_some(Condition::Cidr { network, prefix })
    });
    parsed.ok_or(InvalidEventPattern::InvalidOperand("cidr"))
}
