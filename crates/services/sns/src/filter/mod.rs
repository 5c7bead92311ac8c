//! Which messages a subscription wants.

mod attributes;
mod check;

use hob_storage::{FilterPolicyScope, Notification};
use hob_types::{EventPattern, Fields};
use serde_json::Value;

use self::check::check;

/// A policy that is known to be well formed and within AWS's limits.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FilterPolicy {
    scope: FilterPolicyScope,
    pattern: EventPattern,
}

/// Why a policy is refused. Source of what AWS has beyond event patterns: "Filter policy constraints".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFilterPolicy {
    #[error("not a JSON object")]
    NotJson,
    #[error("more than five keys")]
    TooManyKeys,
    #[error("too many combinations")]
    TooComplex,
    #[error("nested, for attributes that are not")]
    Nested,
    #[error("an array is empty")]
    EmptyArray,
    #[error("an object is empty")]
    EmptyObject,
    #[error("{0:?} must be an object or an array")]
    NeitherObjectNorArray(String),
    #[error("`$or` is not two or more objects")]
    InvalidOr,
    #[error("a list among the values")]
    NotAScalar,
    #[error("more than one operator at once")]
    SeveralOperators,
    #[error("there is no operator {0:?}")]
    UnknownOperator(String),
    #[error("{0} takes a string")]
    NotAString(String),
    #[error("exists takes a boolean")]
    NotABoolean,
    #[error("anything-but does not take {0:?}")]
    InvalidAnythingBut(String),
    #[error("numeric: {0:?} stands where an operator must")]
    NumericMember(String),
    #[error("numeric: there is no operator {0:?}")]
    NumericOperator(String),
    #[error("numeric: {0} takes a number")]
    NotANumber(String),
    #[error("numeric: {0:?} cannot be second")]
    SecondNumericOperator(String),
    #[error("numeric: nothing is between")]
    EmptyRange,
    #[error("numeric: too many elements")]
    LongNumeric,
    #[error("an operand that is not understood")]
    Operand,
}

impl FilterPolicy {
    pub(crate) fn parse(text: &str, scope: FilterPolicyScope) -> Result<Self, InvalidFilterPolicy> {
        let Ok(Value::Object(document)) = serde_json::from_str(text) else {
            return Err(InvalidFilterPolicy::NotJson);
        };
        check(&document, scope)?;
        let pattern = match document.is_empty() {
            // It wants everything.
            true => EventPattern(Fields::default()),
            false => text.parse().map_err(|_| InvalidFilterPolicy::Operand)?,
        };
        Ok(Self { scope, pattern })
    }

    pub(crate) fn matches(&self, notification: &Notification) -> bool {
        match self.scope {
            FilterPolicyScope::MessageAttributes => {
                self.pattern.matches(&attributes::to_event(&notification.attributes))
            }
            FilterPolicyScope::MessageBody => match serde_json::from_str(&notification.message) {
                Ok(body @ Value::Object(_)) => self.pattern.matches(&body),
                _ => false,
            },
        }
    }
}

#[cfg(test)]
mod tests;
