//! One statement of a policy.

use serde::{Deserialize, Serialize};

use super::condition::Conditions;
use super::element::OneOrMany;
use super::principal::{InvalidPrincipal, Principal};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub(crate) struct Statement {
    /// Names it within its policy.
    pub(crate) sid: Option<String>,
    pub(crate) effect: Effect,
    pub(crate) principal: Scope<Principal>,
    /// Such as `lambda:InvokeFunction`; may have wildcards. Upper and lower case are alike.
    pub(crate) action: Scope<OneOrMany<String>>,
    /// ARNs.
    pub(crate) resource: OneOrMany<String>,
    pub(crate) condition: Conditions,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Effect {
    Allow,
    Deny,
}

/// What is listed, or all but that: `Action` and `NotAction`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scope<T> {
    Only(T),
    AllBut(T),
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidStatement {
    #[error("either {0} or Not{0} is needed, and not both")]
    NeitherOrBoth(&'static str),
    #[error(transparent)]
    Principal(#[from] InvalidPrincipal),
    #[error("{0:?} is no action of Lambda's")]
    Action(String),
    #[error("a list is empty")]
    EmptyList,
}

/// A statement in JSON, in the order in which AWS writes its elements.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Written {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
    effect: Effect,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    principal: Option<Principal>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_principal: Option<Principal>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    action: Option<OneOrMany<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_action: Option<OneOrMany<String>>,
    resource: OneOrMany<String>,
    #[serde(default, skip_serializing_if = "Conditions::is_empty")]
    condition: Conditions,
}

impl TryFrom<Written> for Statement {
    type Error = InvalidStatement;

    fn try_from(written: Written) -> Result<Self, InvalidStatement> {
        let Written { sid, effect, resource, condition, .. } = written;
        let principal = Scope::of("Principal", written.principal, written.not_principal)?;
        let action = Scope::of("Action", written.action, written.not_action)?;
        principal.inner().check()?;
        check_actions(action.inner().as_slice())?;
        let mut values = condition.iter().flat_map(|(_, keys)| keys.iter().map(|(_, values)| values));
        if resource.as_slice().is_empty() || values.any(|values| values.as_slice().is_empty()) {
            return Err(InvalidStatement::EmptyList);
        }
        Ok(Self { sid, effect, principal, action, resource, condition })
    }
}

impl From<Statement> for Written {
    fn from(statement: Statement) -> Self {
        let Statement { sid, effect, principal, action, resource, condition } = statement;
        let (principal, not_principal) = principal.apart();
        let (action, not_action) = action.apart();
        Self { sid, effect, principal, not_principal, action, not_action, resource, condition }
    }
}

impl<T> Scope<T> {
    fn of(element: &'static str, only: Option<T>, all_but: Option<T>) -> Result<Self, InvalidStatement> {
        match (only, all_but) {
            (Some(only), None) => Ok(Self::Only(only)),
            (None, Some(all_but)) => Ok(Self::AllBut(all_but)),
            _ => Err(InvalidStatement::NeitherOrBoth(element)),
        }
    }

    fn inner(&self) -> &T {
        match self {
            Self::Only(listed) | Self::AllBut(listed) => listed,
        }
    }

    fn apart(self) -> (Option<T>, Option<T>) {
        match self {
            Self::Only(listed) => (Some(listed), None),
            Self::AllBut(listed) => (None, Some(listed)),
        }
    }
}

fn check_actions(actions: &[String]) -> Result<(), InvalidStatement> {
    match actions.iter().find(|action| !is_action(action)) {
        Some(action) => Err(InvalidStatement::Action(action.clone())),
        None if actions.is_empty() => Err(InvalidStatement::EmptyList),
        None => Ok(()),
    }
}

/// `*`, or an action of Lambda's with or without wildcards.
fn is_action(text: &str) -> bool {
    let legal = |b: u8| b.is_ascii_alphanumeric() || b == b'*' || b == b'?';
    let is_lambda = |(service, name): (&str, &str)| {
        service.eq_ignore_ascii_case("lambda") && !name.is_empty() && name.bytes().all(legal)
    };
    text == "*" || text.split_once(':').is_some_and(is_lambda)
}
