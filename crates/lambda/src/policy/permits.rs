//! Whether a policy lets a service invoke a function on behalf of one of its resources. Source: IAM's reference of
//! policy elements.

use hob_delivery::Origin;
use hob_storage::{PolicyRecord, StorageError};
use hob_types::{QualifiedFunctionArn, Qualifier, Version};

use super::condition::{Comparison, ConditionOperator, ConditionValue, Conditions};
use super::document::PolicyDocument;
use super::element::OneOrMany;
use super::principal::{Principal, PrincipalKind};
use super::statement::{Effect, Scope, Statement};
use crate::function::Functions;

const ACTION: &str = "lambda:InvokeFunction";

impl PolicyDocument {
    /// What is denied is not allowed by anything.
    pub(crate) fn permits(&self, origin: &Origin) -> bool {
        let says = |effect| {
            let mut statements = self.statements().iter();
            statements.any(|statement| statement.effect == effect && is_about(statement, origin))
        };
        says(Effect::Allow) && !says(Effect::Deny)
    }
}

/// The resource is the policy's own. A condition that cannot be told is met by what denies, and not by what allows.
fn is_about(statement: &Statement, origin: &Origin) -> bool {
    let unknown = statement.effect == Effect::Deny;
    within(&statement.principal, |principal| names(principal, origin.service))
        && within(&statement.action, |actions| any_like(actions.as_slice(), &ACTION.to_ascii_lowercase()))
        && holds(&statement.condition, origin).unwrap_or(unknown)
}

fn within<T>(scope: &Scope<T>, includes: impl Fn(&T) -> bool) -> bool {
    match scope {
        Scope::Only(listed) => includes(listed),
        Scope::AllBut(listed) => !includes(listed),
    }
}

fn names(principal: &Principal, service: &str) -> bool {
    let Principal::Some(principals) = principal else { return true };
    principals.iter().any(|(kind, names)| match kind {
        PrincipalKind::Service => names.as_slice().iter().any(|name| name == service),
        PrincipalKind::Aws => names.as_slice().iter().any(|name| name == "*"),
        PrincipalKind::Federated | PrincipalKind::CanonicalUser => false,
    })
}

fn any_like(patterns: &[String], text: &str) -> bool {
    patterns.iter().any(|pattern| is_like(&pattern.to_ascii_lowercase(), text))
}

/// `None`: it cannot be told here, as for a key that no service's request has.
fn holds(conditions: &Conditions, origin: &Origin) -> Option<bool> {
    let mut all = true;
    for (operator, keys) in conditions.iter() {
        for (key, values) in keys.iter() {
            all &= key_holds(operator, key, values, origin)?;
        }
    }
    Some(all)
}

fn key_holds(
    operator: &ConditionOperator,
    key: &str,
    values: &OneOrMany<ConditionValue>,
    origin: &Origin,
) -> Option<bool> {
    let asked = match key.to_ascii_lowercase().as_str() {
        "aws:sourcearn" => origin.source_arn.as_str(),
        "aws:sourceaccount" => origin.source_account.as_str(),
        _ if operator.if_exists => return Some(true),
        _ => return None,
    };
    let any = |matches: fn(&str, &str) -> bool| {
        let mut texts = values.as_slice().iter().filter_map(|value| match value {
            ConditionValue::Text(text) => Some(text.as_str()),
            ConditionValue::Truth(_) | ConditionValue::Number(_) => None,
        });
        texts.any(|text| matches(text, asked))
    };
    match operator.comparison {
        Comparison::StringEquals => Some(any(|text, asked| text == asked)),
        Comparison::StringNotEquals => Some(!any(|text, asked| text == asked)),
        Comparison::StringEqualsIgnoreCase => Some(any(|text, asked| text.eq_ignore_ascii_case(asked))),
        Comparison::StringLike => Some(any(is_like)),
        Comparison::StringNotLike => Some(!any(is_like)),
        Comparison::ArnEquals | Comparison::ArnLike => Some(any(is_arn_like)),
        Comparison::ArnNotEquals | Comparison::ArnNotLike => Some(!any(is_arn_like)),
        _ => None,
    }
}

/// Part by part, so that no wildcard reaches over a colon of the first five; what follows them is one.
fn is_arn_like(pattern: &str, arn: &str) -> bool {
    let (patterns, parts) = (pattern.splitn(6, ':'), arn.splitn(6, ':'));
    patterns.clone().count() == parts.clone().count()
        && patterns.zip(parts).all(|(pattern, part)| is_like(pattern, part))
}

/// `*` stands for any text, `?` for any one character.
fn is_like(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut of) = (0, 0);
    // Where the last star was, and up to where it has been stretched.
    let mut star: Option<(usize, usize)> = None;
    while of < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, of));
                at += 1;
            }
            Some(c) if *c == '?' || *c == text[of] => (at, of) = (at + 1, of + 1),
            _ => {
                let Some((after, stretched)) = star else { return false };
                star = Some((after, stretched + 1));
                (at, of) = (after + 1, stretched + 1);
            }
        }
    }
    pattern[at..].iter().all(|c| *c == '*')
}

impl Functions {
    /// By the policy of what is named: a function's own does not reach to its versions and aliases. Nothing is
    /// permitted with what does not exist.
    pub(crate) async fn permits(
        &self,
        function: &QualifiedFunctionArn,
        origin: &Origin,
    ) -> Result<bool, StorageError> {
        let latest = Qualifier::Version(Version::Latest);
        let qualifier = function.qualifier.as_ref().filter(|qualifier| **qualifier != latest);
        let name = qualifier.map_or_else(String::new, Qualifier::to_string);
        let record: Option<PolicyRecord> = self.part(&function.function, &name).await?;
        let document = record.map(|record| serde_json::from_str::<PolicyDocument>(&record.document));
        let document = document.transpose().map_err(|error| StorageError::Io(error.into()))?;
        Ok(document.is_some_and(|document| document.permits(origin)))
    }
}
