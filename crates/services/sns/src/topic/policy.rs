//! The policy of a topic: kept and shown. Who may publish is not decided by it yet.

use hob_types::{AccountId, TopicArn};
use serde_json::{Value, json};

use crate::{Sns, SnsError};

/// What AddPermission may allow. Source: AddPermission, `ActionName`.
const ACTIONS: [&str; 9] = [
    "AddPermission",
    "DeleteTopic",
    "GetDataProtectionPolicy",
    "GetTopicAttributes",
    "ListSubscriptionsByTopic",
    "Publish",
    "RemovePermission",
    "SetTopicAttributes",
    "Subscribe",
];

/// The policy that a topic has at first: its owner may do everything.
pub(crate) fn default_policy(topic: &TopicArn) -> String {
    let actions = [
        "GetTopicAttributes",
        "SetTopicAttributes",
        "AddPermission",
        "RemovePermission",
        "DeleteTopic",
        "Subscribe",
        "ListSubscriptionsByTopic",
        "Publish",
    ];
    json!({
        "Version": "2008-10-17",
        "Id": "__default_policy_ID",
        "Statement": [{
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": { "AWS": "*" },
            "Action": actions.map(|action| format!("SNS:{action}")),
            "Resource": topic.to_string(),
            "Condition": { "StringEquals": { "AWS:SourceOwner": topic.account.as_str() } }
        }]
    })
    .to_string()
}

pub(super) struct PolicyText;

impl PolicyText {
    /// A document with statements.
    pub(super) fn check(text: &str) -> Result<String, SnsError> {
        let document: Value = serde_json::from_str(text).map_err(|_| SnsError::InvalidPolicy)?;
        match &document["Statement"] {
            Value::Array(_) | Value::Object(_) => Ok(text.to_owned()),
            _ => Err(SnsError::InvalidPolicy),
        }
    }
}

impl Sns {
    pub(crate) async fn add_permission(
        &self,
        topic: &TopicArn,
        label: &str,
        accounts: &[String],
        actions: &[String],
    ) -> Result<(), SnsError> {
        let statement = statement(topic, label, accounts, actions)?;
        self.change_topic(topic, |record| {
            let mut document = document(topic, record.settings.policy.as_deref())?;
            let statements = statements(&mut document)?;
            if statements.iter().any(|statement| statement["Sid"] == label) {
                return Err(SnsError::LabelExists);
            }
            statements.push(statement.clone());
            record.settings.policy = Some(document.to_string());
            Ok(())
        })
        .await
    }

    /// A label that does not exist is as good as removed.
    pub(crate) async fn remove_permission(&self, topic: &TopicArn, label: &str) -> Result<(), SnsError> {
        self.change_topic(topic, |record| {
            let mut document = document(topic, record.settings.policy.as_deref())?;
            statements(&mut document)?.retain(|statement| statement["Sid"] != label);
            record.settings.policy = Some(document.to_string());
            Ok(())
        })
        .await
    }
}

fn document(topic: &TopicArn, policy: Option<&str>) -> Result<Value, SnsError> {
    let default = || default_policy(topic);
    let text = policy.map_or_else(default, str::to_owned);
    serde_json::from_str(&text).map_err(|_| SnsError::InvalidPolicy)
}

/// A statement that stands alone becomes a list of one.
fn statements(document: &mut Value) -> Result<&mut Vec<Value>, SnsError> {
    let statement = document.get_mut("Statement").ok_or(SnsError::InvalidPolicy)?;
    if statement.is_object() {
        *statement = Value::Array(vec![statement.take()]);
    }
    statement.as_array_mut().ok_or(SnsError::InvalidPolicy)
}

fn statement(
    topic: &TopicArn,
    label: &str,
    accounts: &[String],
    actions: &[String],
) -> Result<Value, SnsError> {
    if label.is_empty() {
        return Err(SnsError::InvalidAttribute { name: "Label", value: label.to_owned() });
    }
    let principals: Vec<String> =
        accounts.iter().map(|account| principal(account)).collect::<Result<_, _>>()?;
    let actions: Vec<String> = actions.iter().map(|name| action(name)).collect::<Result<_, _>>()?;
    Ok(json!({
        "Sid": label,
        "Effect": "Allow",
        "Principal": { "AWS": one_or_many(principals) },
        "Action": one_or_many(actions),
        "Resource": topic.to_string(),
    }))
}

fn principal(account: &str) -> Result<String, SnsError> {
    let account: AccountId = account.parse().map_err(|_| SnsError::NoSuchAccount(account.to_owned()))?;
    Ok(format!("arn:aws:iam::{account}:root"))
}

fn action(name: &str) -> Result<String, SnsError> {
    match name == "*" || ACTIONS.contains(&name) {
        true => Ok(format!("SNS:{name}")),
        false => Err(SnsError::NoSuchAction(name.to_owned())),
    }
}

fn one_or_many(mut texts: Vec<String>) -> Value {
    match texts.len() {
        1 => Value::String(texts.remove(0)),
        _ => texts.into(),
    }
}
