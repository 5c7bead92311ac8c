//! A bucket's policy: kept as it is given, and not yet enforced.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::store::SubResource;

/// In bytes. Source: the S3 User Guide.
const LENGTH_MAX: usize = 20 * 1024;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct BucketPolicy {
    /// JSON.
    pub(crate) text: String,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MalformedPolicy {
    #[error("it is no JSON object")]
    NoJson,
    #[error("it is longer than {LENGTH_MAX} bytes")]
    TooLong,
    #[error("the version {0} is not known")]
    Version(String),
    #[error("{0} is missing")]
    Missing(&'static str),
    #[error("{0:?} is no part of a policy")]
    Unknown(String),
    #[error("the effect {0} is neither Allow nor Deny")]
    Effect(String),
    #[error("a principal is none")]
    Principal,
    #[error("an action is none of S3's")]
    Action,
    #[error("a resource is neither the bucket nor in it")]
    Resource,
}

impl SubResource for BucketPolicy {
    const NAME: &'static str = "policy";
}

impl BucketPolicy {
    pub(crate) fn parse(text: &str, bucket: &str) -> Result<Self, MalformedPolicy> {
        if text.len() > LENGTH_MAX {
            return Err(MalformedPolicy::TooLong);
        }
        let document: Map<String, Value> = serde_json::from_str(text).map_err(|_| MalformedPolicy::NoJson)?;
        if let Some(other) =
            document.keys().find(|key| !["Version", "Id", "Statement"].contains(&key.as_str()))
        {
            return Err(MalformedPolicy::Unknown(other.clone()));
        }
        match document.get("Version") {
            None => {}
            Some(Value::String(version)) if ["2012-10-17", "2008-10-17"].contains(&version.as_str()) => {}
            Some(other) => return Err(MalformedPolicy::Version(other.to_string())),
        }
        let statements = statements(&document);
        if statements.is_empty() {
            return Err(MalformedPolicy::Missing("Statement"));
        }
        statements.into_iter().try_for_each(|statement| check_statement(statement, bucket))?;
        Ok(Self { text: text.to_owned() })
    }

    /// Whether it lets everybody in: a statement allows `*`, and no condition that could bind it says whom.
    pub(crate) fn is_public(&self) -> bool {
        let document = serde_json::from_str::<Map<String, Value>>(&self.text).unwrap_or_default();
        statements(&document).into_iter().filter_map(Value::as_object).any(is_public)
    }
}

fn statements(document: &Map<String, Value>) -> Vec<&Value> {
    match document.get("Statement") {
        Some(Value::Array(statements)) => statements.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    }
}

fn check_statement(statement: &Value, bucket: &str) -> Result<(), MalformedPolicy> {
    const KNOWN: [&str; 9] = [
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    ];
    let statement = statement.as_object().ok_or(MalformedPolicy::Missing("Statement"))?;
    if let Some(other) = statement.keys().find(|key| !KNOWN.contains(&key.as_str())) {
        return Err(MalformedPolicy::Unknown(other.clone()));
    }
    match statement.get("Effect") {
        Some(Value::String(effect)) if effect == "Allow" || effect == "Deny" => {}
        Some(other) => return Err(MalformedPolicy::Effect(other.to_string())),
        None => return Err(MalformedPolicy::Missing("Effect")),
    }
    check_principal(one_of(statement, "Principal", "NotPrincipal")?)?;
    let actions = texts(one_of(statement, "Action", "NotAction")?).ok_or(MalformedPolicy::Action)?;
    let is_action = |action: &str| action == "*" || action.to_ascii_lowercase().starts_with("s3:");
    if actions.is_empty() || !actions.into_iter().all(is_action) {
        return Err(MalformedPolicy::Action);
    }
    let resources = texts(one_of(statement, "Resource", "NotResource")?).ok_or(MalformedPolicy::Resource)?;
    if resources.is_empty() || !resources.into_iter().all(|resource| is_of(resource, bucket)) {
        return Err(MalformedPolicy::Resource);
    }
    Ok(())
}

fn one_of<'a>(
    statement: &'a Map<String, Value>,
    name: &'static str,
    other: &str,
) -> Result<&'a Value, MalformedPolicy> {
    statement.get(name).or_else(|| statement.get(other)).ok_or(MalformedPolicy::Missing(name))
}

fn check_principal(principal: &Value) -> Result<(), MalformedPolicy> {
    const KINDS: [&str; 4] = ["AWS", "Service", "CanonicalUser", "Federated"];
    let is_fine = match principal {
        Value::String(all) => all == "*",
        Value::Object(kinds) => {
            !kinds.is_empty()
                && kinds.iter().all(|(kind, who)| KINDS.contains(&kind.as_str()) && texts(who).is_some())
        }
        _ => false,
    };
    if is_fine { Ok(()) } else { Err(MalformedPolicy::Principal) }
}

/// One text or a list of them.
fn texts(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::String(text) => Some(vec![text]),
        Value::Array(list) => list.iter().map(Value::as_str).collect(),
        _ => None,
    }
}

fn is_of(resource: &str, bucket: &str) -> bool {
    let name = resource.strip_prefix("arn:aws:s3:::").or_else(|| {
        let (partition, name) = resource.strip_prefix("arn:")?.split_once(":s3:::")?;
        partition.starts_with("aws").then_some(name)
    });
    let name = name.and_then(|name| name.split('/').next());
    resource == "*" || name.is_some_and(|name| may_be(name, bucket))
}

/// Whether a pattern with `*` and `?` in it fits.
fn may_be(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    // What each beginning of the text is matched by, for one character of the pattern after the other.
    let mut fits = vec![false; text.len() + 1];
    fits[0] = true;
    for wanted in pattern {
        match wanted {
            '*' => (1..=text.len()).for_each(|at| fits[at] |= fits[at - 1]),
            _ => {
                for at in (1..=text.len()).rev() {
                    fits[at] = fits[at - 1] && (wanted == '?' || wanted == text[at - 1]);
                }
                fits[0] = false;
            }
        }
    }
    fits[text.len()]
}

fn is_public(statement: &Map<String, Value>) -> bool {
    let everybody = |who: &Value| texts(who).is_some_and(|who| who.contains(&"*"));
    let for_everybody = match (statement.get("Principal"), statement.get("NotPrincipal")) {
        (Some(Value::Object(kinds)), _) => kinds.get("AWS").is_some_and(everybody),
        (Some(principal), _) => everybody(principal),
        (None, excluded) => excluded.is_some(),
    };
    let allows = statement.get("Effect").is_some_and(|effect| effect == "Allow");
    allows && for_everybody && !statement.get("Condition").is_some_and(binds)
}

/// Source: "The meaning of public" in the S3 User Guide, and its list of condition keys.
fn binds(condition: &Value) -> bool {
    const KEYS: [&str; 13] = [
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceip",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
    ];
    let Some(operators) = condition.as_object() else { return false };
    let conditions = operators.values().filter_map(Value::as_object).flatten();
    let fixed = |value: &Value| {
        texts(value)
            .is_some_and(|values| values.iter().all(|value| !["*", "0.0.0.0/0", "::/0"].contains(value)))
    };
    conditions
        .into_iter()
        .any(|(key, value)| KEYS.contains(&key.to_ascii_lowercase().as_str()) && fixed(value))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn statement() -> Value {
        json!({
            "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*",
        })
    }

    fn parse(statement: Value) -> Result<BucketPolicy, MalformedPolicy> {
        let text = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
        BucketPolicy::parse(&text, "photos")
    }

    fn with(members: Value) -> Value {
        let mut statement = statement();
        statement.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        statement
    }

    #[test]
    fn what_is_no_policy_is_refused() {
        assert_eq!(BucketPolicy::parse("", "photos"), Err(MalformedPolicy::NoJson));
        assert_eq!(BucketPolicy::parse("[]", "photos"), Err(MalformedPolicy::NoJson));
        assert_eq!(BucketPolicy::parse("{}", "photos"), Err(MalformedPolicy::Missing("Statement")));
        assert_eq!(BucketPolicy::parse(&" ".repeat(20_481), "photos"), Err(MalformedPolicy::TooLong));
        assert_eq!(parse(json!({})), Err(MalformedPolicy::Missing("Effect")));
        assert_eq!(
            parse(with(json!({ "Effect": "Perhaps" }))),
            Err(MalformedPolicy::Effect("\"Perhaps\"".into()))
        );
        assert_eq!(parse(with(json!({ "Principal": "me" }))), Err(MalformedPolicy::Principal));
        assert_eq!(parse(with(json!({ "Action": "sqs:SendMessage" }))), Err(MalformedPolicy::Action));
        assert_eq!(
            parse(with(json!({ "Resource": "arn:aws:s3:::other/*" }))),
            Err(MalformedPolicy::Resource)
        );
        assert_eq!(parse(with(json!({ "Color": "red" }))), Err(MalformedPolicy::Unknown("Color".to_owned())));
        let version = json!({ "Version": "1", "Statement": statement() }).to_string();
        assert_eq!(
            BucketPolicy::parse(&version, "photos"),
            Err(MalformedPolicy::Version("\"1\"".to_owned()))
        );
    }

    #[test]
    fn a_policy_is_kept_as_it_is_given() {
        let text = json!({ "Statement": statement() }).to_string();
        assert_eq!(BucketPolicy::parse(&text, "photos").unwrap().text, text);
        assert!(parse(with(json!({ "Resource": ["arn:aws:s3:::ph*", "arn:aws:s3:::photos"] }))).is_ok());
    }

    #[test]
    fn public_is_what_lets_everybody_in() {
        let is_public = |members: Value| parse(with(members)).unwrap().is_public();
        assert!(is_public(json!({})));
        assert!(is_public(json!({ "Principal": { "AWS": ["*"] } })));
        assert!(!is_public(json!({ "Principal": { "AWS": "arn:aws:iam::000000000000:root" } })));
        assert!(!is_public(json!({ "Effect": "Deny" })));
        assert!(!is_public(json!({ "Condition": { "IpAddress": { "aws:SourceIp": "192.0.2.0/24" } } })));
        assert!(is_public(json!({ "Condition": { "IpAddress": { "aws:SourceIp": "0.0.0.0/0" } } })));
        assert!(is_public(json!({ "Condition": { "Bool": { "aws:SecureTransport": "true" } } })));
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_or_refused_without_a_panic(text in "[{}\\[\\]\":,a-zA-Z0-9 ]{0,80}") {
            if let Ok(policy) = BucketPolicy::parse(&text, "photos") {
                let _ = policy.is_public();
            }
        }

        #[test]
        fn wildcards_stand_for_anything(begin in "[ab]{0,3}", middle in "[ab]{0,3}", end in "[ab]{0,3}") {
            let text = format!("{begin}{middle}{end}");
            let whole = may_be(&format!("{begin}*{end}"), &text);
            prop_assert!(whole);
            prop_assert_eq!(may_be(&begin, &text), begin == text);
        }
    }
}
