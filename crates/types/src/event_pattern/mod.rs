//! Event patterns: which events somebody wants, in the language of EventBridge and of event source mappings. A
//! pattern that was parsed is known to be well formed.

mod comparison;
mod condition;
mod matching;
#[cfg(test)]
mod matching_tests;
mod parse;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::str::FromStr;

use serde_json::Value;

pub use self::condition::{Condition, Forbidden, NumericBound, NumericRange, TextMatch};

/// Source: "Comparison operators", on `$or`.
const COMBINATIONS_MAX: usize = 1000;

/// All fields must match. Source: "Creating Amazon EventBridge event patterns".
#[derive(Clone, Debug, PartialEq)]
pub struct EventPattern(pub Fields);

/// What one object of an event must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields {
    /// All of these, by name.
    pub all: BTreeMap<String, Pattern>,
    /// `$or`: any of these; empty if there is none.
    pub any: Vec<Self>,
}

/// What one field must be.
#[derive(Clone, Debug, PartialEq)]
pub enum Pattern {
    /// An object, or an array with one among its objects.
    Object(Fields),
    /// Anything that meets one of the conditions.
    OneOf(Vec<Condition>),
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEventPattern {
    #[error("not JSON")]
    NotJson,
    #[error("the pattern is not an object")]
    NotAnObject,
    #[error("{0:?} must be an object or an array")]
    NeitherObjectNorArray(String),
    #[error("an array is empty")]
    EmptyArray,
    #[error("an object is empty")]
    EmptyObject,
    #[error("`$or` is not two or more objects")]
    InvalidOr,
    #[error("its alternatives have more than {COMBINATIONS_MAX} combinations")]
    TooComplex,
    #[error("an array in an array, or a condition that is no single operator")]
    InvalidCondition,
    #[error("there is no operator {0:?}")]
    UnknownOperator(String),
    #[error("{0} has an operand that it does not take")]
    InvalidOperand(&'static str),
}

impl FromStr for EventPattern {
    type Err = InvalidEventPattern;

    /// Where a name stands twice in an object, the last one counts.
    fn from_str(text: &str) -> Result<Self, InvalidEventPattern> {
        let json: Value = serde_json::from_str(text).map_err(|_| InvalidEventPattern::NotJson)?;
        let Value::Object(fields) = json else { return Err(InvalidEventPattern::NotAnObject) };
        let fields = parse::fields(&fields)?;
        if fields.combinations() > COMBINATIONS_MAX {
            return Err(InvalidEventPattern::TooComplex);
        }
        Ok(Self(fields))
    }
}

impl Fields {
    /// Into how many patterns without `$or` this one can be resolved.
    fn combinations(&self) -> usize {
        let alternatives = self.any.iter().map(Self::combinations).fold(0, usize::saturating_add).max(1);
        let fields = self.all.values().map(|pattern| match pattern {
            Pattern::Object(fields) => fields.combinations(),
            Pattern::OneOf(_) => 1,
        });
        fields.fold(alternatives, usize::saturating_mul)
    }
}
