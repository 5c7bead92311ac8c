//! The `Condition` of a statement. Source of the operators: IAM's reference of policy elements.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::element::{OneOrMany, Pairs};

/// All must hold: for each operator, each key has one of its values.
pub(crate) type Conditions = Pairs<ConditionOperator, Pairs<String, OneOrMany<ConditionValue>>>;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected text, a number or a truth value")]
pub(crate) enum ConditionValue {
    Text(String),
    Truth(bool),
    Number(serde_json::Number),
}

/// Such as `StringEquals`, `ForAnyValue:StringLike` or `ArnLikeIfExists`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ConditionOperator {
    pub(super) quantifier: Option<Quantifier>,
    pub(super) comparison: Comparison,
    /// True also where the request has no such key.
    pub(super) if_exists: bool,
}

/// How a key with several values is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quantifier {
    ForAllValues,
    ForAnyValue,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no condition operator")]
pub(crate) struct InvalidOperator(String);

macro_rules! comparisons {
    ($($name:ident),+ $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Comparison {
            $($name),+
        }

        impl Comparison {
            #[cfg(test)]
            pub(super) const ALL: &[Self] = &[$(Self::$name),+];

            fn parse(text: &str) -> Option<Self> {
                match text {
                    $(stringify!($name) => Some(Self::$name),)+
                    _ => None,
                }
            }

            fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name)),+
                }
            }
        }
    };
}

comparisons! {
    StringEquals, StringNotEquals, StringEqualsIgnoreCase, StringNotEqualsIgnoreCase, StringLike, StringNotLike,
    NumericEquals, NumericNotEquals, NumericLessThan, NumericLessThanEquals, NumericGreaterThan,
    NumericGreaterThanEquals, DateEquals, DateNotEquals, DateLessThan, DateLessThanEquals, DateGreaterThan,
    DateGreaterThanEquals, Bool, BinaryEquals, IpAddress, NotIpAddress, ArnEquals, ArnLike, ArnNotEquals,
    ArnNotLike, Null,
}

impl From<Comparison> for ConditionOperator {
    fn from(comparison: Comparison) -> Self {
        Self { quantifier: None, comparison, if_exists: false }
    }
}

impl FromStr for ConditionOperator {
    type Err = InvalidOperator;

    fn from_str(text: &str) -> Result<Self, InvalidOperator> {
        let (quantifier, rest) = match text.split_once(':') {
            Some(("ForAllValues", rest)) => (Some(Quantifier::ForAllValues), rest),
            Some(("ForAnyValue", rest)) => (Some(Quantifier::ForAnyValue), rest),
            _ => (None, text),
        };
        let (name, if_exists) = match rest.strip_suffix("IfExists") {
            Some(name) => (name, true),
            None => (rest, false),
        };
        match Comparison::parse(name) {
            // Whether a key exists is all that it asks.
            Some(Comparison::Null) if if_exists => Err(InvalidOperator(text.to_owned())),
            Some(comparison) => Ok(Self { quantifier, comparison, if_exists }),
            None => Err(InvalidOperator(text.to_owned())),
        }
    }
}

impl fmt::Display for ConditionOperator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.quantifier {
            Some(Quantifier::ForAllValues) => f.write_str("ForAllValues:")?,
            Some(Quantifier::ForAnyValue) => f.write_str("ForAnyValue:")?,
            None => {}
        }
        f.write_str(self.comparison.as_str())?;
        f.write_str(if self.if_exists { "IfExists" } else { "" })
    }
}

impl Serialize for ConditionOperator {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ConditionOperator {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_is_read_and_written_alike() {
        for comparison in Comparison::ALL {
            for quantifier in [None, Some(Quantifier::ForAllValues), Some(Quantifier::ForAnyValue)] {
                let operator = ConditionOperator { quantifier, comparison: *comparison, if_exists: false };
                assert_eq!(operator.to_string().parse(), Ok(operator));
            }
        }
        let operator: ConditionOperator = "ForAnyValue:StringLikeIfExists".parse().unwrap();
        assert!(operator.if_exists);
        assert_eq!(operator.to_string(), "ForAnyValue:StringLikeIfExists");
    }

    #[test]
    fn what_is_no_operator_is_refused() {
        for bad in ["", "stringEquals", "ForSome:StringEquals", "NullIfExists", "IfExists", ":Bool"] {
            assert!(bad.parse::<ConditionOperator>().is_err(), "{bad}");
        }
    }
}
