//! What SNS demands of a policy.

use hob_storage::FilterPolicyScope;
use serde_json::{Map, Value};

use super::InvalidFilterPolicy as Invalid;

/// Of a nested policy only the names at the top count.
const KEYS_MAX: usize = 5;
const COMBINATIONS_MAX: usize = 150;

pub(super) fn check(policy: &Map<String, Value>, scope: FilterPolicyScope) -> Result<(), Invalid> {
    if policy.len() > KEYS_MAX {
        return Err(Invalid::TooManyKeys);
    }
    let nests = scope == FilterPolicyScope::MessageBody;
    match fields(policy, 1, nests)? > COMBINATIONS_MAX {
        true => Err(Invalid::TooComplex),
        false => Ok(()),
    }
}

/// How many combinations there are: the product of how many values each field has, those at a depth so many times.
fn fields(object: &Map<String, Value>, depth: usize, nests: bool) -> Result<usize, Invalid> {
    if object.is_empty() && depth > 1 {
        return Err(Invalid::EmptyObject);
    }
    object.iter().try_fold(1, |combinations: usize, (name, value)| {
        let more = match value {
            Value::Array(alternatives) if name == "$or" => any(alternatives, depth, nests)?,
            Value::Array(conditions) => {
                self::conditions(conditions)?;
                conditions.len().saturating_mul(depth)
            }
            Value::Object(_) if !nests => return Err(Invalid::Nested),
            Value::Object(object) => fields(object, depth + 1, nests)?,
            _ => return Err(Invalid::NeitherObjectNorArray(name.clone())),
        };
        Ok(combinations.saturating_mul(more))
    })
}

fn any(alternatives: &[Value], depth: usize, nests: bool) -> Result<usize, Invalid> {
    if alternatives.len() < 2 {
        return Err(Invalid::InvalidOr);
    }
    alternatives.iter().try_fold(0, |combinations: usize, alternative| match alternative {
        Value::Object(object) => Ok(combinations.saturating_add(fields(object, depth, nests)?)),
        _ => Err(Invalid::InvalidOr),
    })
}

fn conditions(conditions: &[Value]) -> Result<(), Invalid> {
    if conditions.is_empty() {
        return Err(Invalid::EmptyArray);
    }
    conditions.iter().try_for_each(|condition| match condition {
        Value::Array(_) => Err(Invalid::NotAScalar),
        Value::Object(operators) => {
            let (operator, operand) = single(operators)?;
            operation(operator, operand)
        }
        _ => Ok(()),
    })
}

fn single(operators: &Map<String, Value>) -> Result<(&str, &Value), Invalid> {
    let mut members = operators.iter();
    match (members.next(), members.next()) {
        (Some((operator, operand)), None) => Ok((operator, operand)),
        _ => Err(Invalid::SeveralOperators),
    }
}

fn operation(operator: &str, operand: &Value) -> Result<(), Invalid> {
    match operator {
        "prefix" | "suffix" | "equals-ignore-case" | "wildcard" | "cidr" if operand.is_string() => Ok(()),
        "prefix" | "suffix" | "equals-ignore-case" | "wildcard" | "cidr" => {
            Err(Invalid::NotAString(operator.to_owned()))
        }
        "exists" if operand.is_boolean() => Ok(()),
        "exists" => Err(Invalid::NotABoolean),
        "anything-but" => anything_but(operand),
        "numeric" => numeric(operand.as_array().map_or(&[], Vec::as_slice)),
        unknown => Err(Invalid::UnknownOperator(unknown.to_owned())),
    }
}

/// Values, or a prefix or a wildcard.
fn anything_but(operand: &Value) -> Result<(), Invalid> {
    match operand {
        Value::Array(values) => conditions(values),
        Value::Object(operators) => match single(operators)? {
            ("prefix" | "wildcard", _) => Ok(()),
            (other, _) => Err(Invalid::InvalidAnythingBut(other.to_owned())),
        },
        _ => Ok(()),
    }
}

fn numeric(elements: &[Value]) -> Result<(), Invalid> {
    let (first, value, rest) = comparison(elements, Invalid::NumericMember)?;
    if !["<", "<=", "=", ">", ">="].contains(&first) {
        return Err(Invalid::NumericOperator(first.to_owned()));
    }
    let bottom = number(if first == "=" { "equals" } else { first }, value)?;
    if rest.is_empty() {
        return Ok(());
    }
    if !first.starts_with('>') {
        return Err(Invalid::LongNumeric);
    }
    let (second, value, rest) = comparison(rest, Invalid::SecondNumericOperator)?;
    if !["<", "<="].contains(&second) {
        return Err(Invalid::SecondNumericOperator(second.to_owned()));
    }
    match number(second, value)? <= bottom {
        true => Err(Invalid::EmptyRange),
        false if rest.is_empty() => Ok(()),
        false => Err(Invalid::LongNumeric),
    }
}

/// An operator, its operand, and what follows.
fn comparison(
    elements: &[Value],
    no_operator: fn(String) -> Invalid,
) -> Result<(&str, Option<&Value>, &[Value]), Invalid> {
    match elements {
        [] => Err(no_operator("]".to_owned())),
        [Value::String(operator), rest @ ..] => {
            Ok((operator, rest.first(), rest.get(1..).unwrap_or_default()))
        }
        [other, ..] => Err(no_operator(other.to_string())),
    }
}

fn number(operator: &str, value: Option<&Value>) -> Result<f64, Invalid> {
    value.and_then(Value::as_f64).ok_or_else(|| Invalid::NotANumber(operator.to_owned()))
}
