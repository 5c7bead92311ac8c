//! Permissions: statements of the queue's policy that have a label.

use hob_types::{AccountId, QueueArn};
use serde_json::{Map, Value, json};

use crate::{Queues, SqsError};

const STATEMENT: &str = "Statement";
/// What may be permitted, but for `*`.
const ACTIONS: [&str; 7] = [
    "SendMessage",
    "ReceiveMessage",
    "DeleteMessage",
    "ChangeMessageVisibility",
    "GetQueueAttributes",
    "GetQueueUrl",
    "ListDeadLetterSourceQueues",
];

impl Queues {
    pub(crate) async fn add_permission(
        &self,
        queue: &QueueArn,
        label: &str,
        accounts: &[String],
        actions: &[String],
    ) -> Result<(), SqsError> {
        let statement = statement(queue, label, accounts, actions)?;
        self.configure(queue, |mut settings| {
            let mut policy = policy(queue, settings.policy.as_deref());
            let mut statements = take_statements(&mut policy);
            if statements.iter().any(|one| is_called(one, label)) {
                return Err(SqsError::LabelExists(label.to_owned()));
            }
            statements.push(statement);
            policy.insert(STATEMENT.to_owned(), statements.into());
            settings.policy = Some(Value::Object(policy).to_string());
            Ok(settings)
        })
        .await
    }

    /// With its last statement the policy goes, too.
    pub(crate) async fn remove_permission(&self, queue: &QueueArn, label: &str) -> Result<(), SqsError> {
        self.configure(queue, |mut settings| {
            let mut policy = policy(queue, settings.policy.as_deref());
            let mut statements = take_statements(&mut policy);
            let before = statements.len();
            statements.retain(|one| !is_called(one, label));
            if statements.len() == before {
                return Err(SqsError::NoLabel(label.to_owned()));
            }
            let is_empty = statements.is_empty();
            policy.insert(STATEMENT.to_owned(), statements.into());
            settings.policy = (!is_empty).then(|| Value::Object(policy).to_string());
            Ok(settings)
        })
        .await
    }
}

fn policy(queue: &QueueArn, text: Option<&str>) -> Map<String, Value> {
    match text.map(serde_json::from_str) {
        Some(Ok(Value::Object(policy))) => policy,
        // What was stored is an object, so there is none.
        _ => Map::from_iter([
            ("Version".to_owned(), json!("2008-10-17")),
            ("Id".to_owned(), json!(format!("{queue}/SQSDefaultPolicy"))),
            (STATEMENT.to_owned(), json!([])),
        ]),
    }
}

/// As a list, which a policy of one statement need not have.
fn take_statements(policy: &mut Map<String, Value>) -> Vec<Value> {
    match policy.get_mut(STATEMENT).map(Value::take) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(statements)) => statements,
        Some(one) => vec![one],
    }
}

fn is_called(statement: &Value, label: &str) -> bool {
    statement.get("Sid").and_then(Value::as_str) == Some(label)
}

fn statement(
    queue: &QueueArn,
    label: &str,
    accounts: &[String],
    actions: &[String],
) -> Result<Value, SqsError> {
    let actions = actions.iter().map(|action| permitted(action)).collect::<Result<Vec<_>, _>>()?;
    let principals = accounts.iter().map(|account| principal(account)).collect::<Result<Vec<_>, _>>()?;
    Ok(json!({
        "Sid": label,
        "Effect": "Allow",
        "Principal": { "AWS": one_or_all(principals) },
        "Action": one_or_all(actions),
        "Resource": queue,
    }))
}

fn permitted(action: &str) -> Result<String, SqsError> {
    if action == "*" || ACTIONS.contains(&action) {
        Ok(format!("SQS:{action}"))
    } else {
        Err(SqsError::InvalidAction(action.to_owned()))
    }
}

fn principal(account: &str) -> Result<String, SqsError> {
    let account: AccountId = account.parse().map_err(|_| SqsError::InvalidPrincipal(account.to_owned()))?;
    Ok(format!("arn:aws:iam::{account}:root"))
}

/// A single value stands without a list around it.
fn one_or_all(mut values: Vec<String>) -> Value {
    match values.len() {
        1 => values.remove(0).into(),
        _ => values.into(),
    }
}
