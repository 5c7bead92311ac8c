//! Whether a policy lets everybody in.

use super::condition::{Comparison, ConditionOperator, ConditionValue, Quantifier};
use super::document::PolicyDocument;
use super::element::OneOrMany;
use super::statement::{Effect, Scope, Statement};

/// Condition keys that say who is asking, or from where; in lower case. Those of function URLs are among them: a URL
/// that needs no authorization lets everybody in because its owner made it so.
const RESTRICTING_KEYS: [&str; 16] = [
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "aws:username",
    "lambda:functionurlauthtype",
    "lambda:invokedviafunctionurl",
];

impl PolicyDocument {
    /// Whether a statement allows something to everybody without a condition on fixed values. Source of the last
    /// words: AWS Config's rule `lambda-function-public-access-prohibited`.
    pub(crate) fn is_public(&self) -> bool {
        self.statements().iter().any(is_public)
    }
}

fn is_public(statement: &Statement) -> bool {
    let for_everybody = match &statement.principal {
        Scope::Only(principal) => principal.is_everybody(),
        Scope::AllBut(_) => true,
    };
    let mut conditions = statement.condition.iter();
    let restricted = conditions.any(|(operator, keys)| {
        is_restricting(operator) && keys.iter().any(|(key, values)| is_fixed(key, values))
    });
    statement.effect == Effect::Allow && for_everybody && !restricted
}

/// Whether the operator fails where a request lacks the key or has another value.
fn is_restricting(operator: &ConditionOperator) -> bool {
    let compares = matches!(
        operator.comparison,
        Comparison::StringEquals
            | Comparison::StringEqualsIgnoreCase
            | Comparison::StringLike
            | Comparison::ArnEquals
            | Comparison::ArnLike
            | Comparison::IpAddress
            | Comparison::Bool
    );
    compares && !operator.if_exists && operator.quantifier != Some(Quantifier::ForAllValues)
}

fn is_fixed(key: &str, values: &OneOrMany<ConditionValue>) -> bool {
    let is_fixed = |value: &ConditionValue| match value {
        // No wildcard, no variable, not every address there is, and not whoever does not come through a URL.
        ConditionValue::Text(text) => {
            !text.contains(['*', '?', '$']) && !text.ends_with("/0") && !text.eq_ignore_ascii_case("false")
        }
        ConditionValue::Truth(truth) => *truth,
        ConditionValue::Number(_) => true,
    };
    RESTRICTING_KEYS.contains(&key.to_ascii_lowercase().as_str()) && values.as_slice().iter().all(is_fixed)
}
