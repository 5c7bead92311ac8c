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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Permission;
    use super::*;

    const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:fn";
    const BUCKET: &str = "arn:aws:s3:::photos";

    fn origin() -> Origin {
        Origin {
            service: "s3.amazonaws.com",
            source_arn: BUCKET.to_owned(),
            source_account: "000000000000".parse().unwrap(),
        }
    }

    fn of_permission(permission: Permission) -> bool {
        let permission = Permission {
            statement_id: "s".to_owned(),
            action: "lambda:InvokeFunction".to_owned(),
            principal: "s3.amazonaws.com".to_owned(),
            ..permission
        };
        let mut policy = PolicyDocument::default();
        policy.add(permission.statement(FUNCTION).unwrap()).unwrap();
        policy.permits(&origin())
    }

    fn of_source(arn: &str, account: Option<&str>) -> bool {
        of_permission(Permission {
            source_arn: Some(arn.to_owned()),
            source_account: account.map(str::to_owned),
            ..Permission::default()
        })
    }

    #[test]
    fn a_permission_is_for_the_source_and_the_account_that_it_names() {
        assert!(of_permission(Permission::default()));
        assert!(of_source(BUCKET, Some("000000000000")));
        assert!(of_source("arn:aws:s3:::*", None));
        assert!(!of_source("arn:aws:s3:::other", None));
        assert!(!of_source(BUCKET, Some("111111111111")));
        assert!(!of_source("arn:*", None));
    }

    #[test]
    fn a_condition_that_no_service_can_meet_permits_nothing() {
        let organization = Some("o-abcdefghij".to_owned());
        assert!(!of_permission(Permission { organization, ..Permission::default() }));
    }

    fn of_document(statements: &str) -> bool {
        let document = format!(r#"{{"Version":"2012-10-17","Statement":{statements}}}"#);
        PolicyDocument::parse(&document.replace("FUNCTION", FUNCTION), FUNCTION).unwrap().permits(&origin())
    }

    const ALLOWED: &str =
        r#"{"Effect":"Allow","Principal":"*","Action":"lambda:Invoke*","Resource":"FUNCTION"}"#;

    fn denied(with: &str) -> String {
        format!(
            r#"[{ALLOWED},{{"Effect":"Deny","Principal":{{"Service":"s3.amazonaws.com"}},"Resource":"FUNCTION",{with}}}]"#
        )
    }

    #[test]
    fn a_document_may_name_more_than_one_and_everybody() {
        assert!(of_document(ALLOWED));
        assert!(of_document(&ALLOWED.replace("lambda:Invoke*", "LAMBDA:invokefunction")));
        assert!(!of_document(&ALLOWED.replace("Invoke*", "InvokeFunctionUrl")));
        assert!(!of_document(&ALLOWED.replace(r#""*""#, r#"{"Service":"sns.amazonaws.com"}"#)));
        assert!(of_document(
            &ALLOWED.replace("Principal", "NotPrincipal").replace(r#""*""#, r#"{"AWS":"111111111111"}"#)
        ));
    }

    #[test]
    fn what_is_denied_is_not_permitted() {
        assert!(!of_document(&denied(r#""Action":"*""#)));
        assert!(of_document(&denied(r#""Action":"lambda:GetFunction""#)));
        assert!(of_document(&denied(r#""NotAction":"lambda:InvokeFunction""#)));
        let with = |condition: &str| denied(&format!(r#""Action":"*","Condition":{condition}"#));
        assert!(of_document(&with(r#"{"StringEquals":{"aws:SourceAccount":"111111111111"}}"#)));
        assert!(!of_document(&with(r#"{"StringNotEquals":{"aws:SourceAccount":["111111111111"]}}"#)));
        assert!(!of_document(&with(
            r#"{"ArnLike":{"AWS:SourceArn":["arn:aws:s3:::a","arn:aws:s3:::ph?t*"]}}"#
        )));
        assert!(!of_document(&with(r#"{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#)));
    }

    #[test]
    fn wildcards_stand_for_any_text_and_any_character() {
        for (pattern, text) in [("*", ""), ("a*c", "abbc"), ("a?c*", "abc"), ("*b*b", "abab"), ("", "")] {
            assert!(is_like(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("?", ""), ("a*c", "abbd"), ("a", "ab"), ("*b", "aba")] {
            assert!(!is_like(pattern, text), "{pattern} {text}");
        }
    }

    proptest! {
        #[test]
        fn a_text_is_like_itself_and_like_any_pattern_made_of_it(text in "[ab]{0,12}", at in 0_usize..12) {
            let at = at.min(text.len());
            let pattern = format!("{}*{}", &text[..at], &text[at..]);
            prop_assert!(is_like(&text, &text) && is_like(&pattern, &text));
        }
    }
}
