//! What a page lets its visitors upload.

use std::ops::RangeInclusive;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hob_types::Timestamp;
use serde_json::{Map, Value};

use super::condition::Condition;
use super::fields::Fields;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PostPolicy {
    expiration: Timestamp,
    conditions: Vec<Condition>,
    /// How many bytes the file may have.
    pub(crate) size: RangeInclusive<u64>,
}

/// In AWS's words, which follow `Invalid Policy: `.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidPolicy {
    #[error("Invalid JSON.")]
    Json,
    #[error("Policy missing expiration.")]
    NoExpiration,
    #[error("Invalid 'expiration' value.")]
    Expiration,
    #[error("Policy missing conditions.")]
    NoConditions,
    #[error("Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.")]
    SimpleCondition,
    #[error("Invalid Simple-Condition: value must be a string.")]
    SimpleValue,
    #[error("Invalid condition.")]
    Condition,
    #[error("Invalid 'content-length-range' condition.")]
    Range,
}

/// In AWS's words, which follow `Invalid according to Policy: `.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PolicyRefusal {
    #[error("Policy expired.")]
    Expired,
    #[error("Policy Condition failed: {0}")]
    Failed(Condition),
    #[error("Extra input fields: {0}")]
    Extra(String),
}

impl PostPolicy {
    /// `encoded`: base64 of JSON, as the form has it.
    pub(crate) fn parse(encoded: &str) -> Result<Self, InvalidPolicy> {
        let compact: String = encoded.split_ascii_whitespace().collect();
        let json = BASE64.decode(compact).map_err(|_| InvalidPolicy::Json)?;
        let document: Map<String, Value> = serde_json::from_slice(&json).map_err(|_| InvalidPolicy::Json)?;
        let expiration = document.get("expiration").ok_or(InvalidPolicy::NoExpiration)?;
        let expiration = expiration.as_str().and_then(Timestamp::from_rfc3339);
        let expiration = expiration.ok_or(InvalidPolicy::Expiration)?;
        let given =
            document.get("conditions").and_then(Value::as_array).ok_or(InvalidPolicy::NoConditions)?;
        let mut policy = Self { expiration, conditions: Vec::new(), size: 0..=u64::MAX };
        given.iter().try_for_each(|condition| policy.add(condition))?;
        Ok(policy)
    }

    fn add(&mut self, condition: &Value) -> Result<(), InvalidPolicy> {
        match condition {
            Value::Object(simple) if simple.len() != 1 => return Err(InvalidPolicy::SimpleCondition),
            Value::Object(simple) => {
                for (field, value) in simple {
                    let value = value.as_str().ok_or(InvalidPolicy::SimpleValue)?.to_owned();
                    self.conditions.push(Condition::Equals { field: field.to_ascii_lowercase(), value });
                }
            }
            Value::Array(list) => self.add_list(list)?,
            _ => return Err(InvalidPolicy::Condition),
        }
        Ok(())
    }

    fn add_list(&mut self, list: &[Value]) -> Result<(), InvalidPolicy> {
        let [operator, first, second] = list else { return Err(InvalidPolicy::Condition) };
        let operator = operator.as_str().unwrap_or_default().to_ascii_lowercase();
        if operator == "content-length-range" {
            let (Some(from), Some(to)) = (number(first), number(second)) else {
                return Err(InvalidPolicy::Range);
            };
            self.size = from.max(*self.size.start())..=to.min(*self.size.end());
            return Ok(());
        }
        let field = first.as_str().and_then(|field| field.strip_prefix('$'));
        let (Some(field), Some(value)) = (field, second.as_str()) else {
            return Err(InvalidPolicy::Condition);
        };
        let (field, value) = (field.to_ascii_lowercase(), value.to_owned());
        self.conditions.push(match operator.as_str() {
            "eq" => Condition::Equals { field, value },
            "starts-with" => Condition::StartsWith { field, prefix: value },
            _ => return Err(InvalidPolicy::Condition),
        });
        Ok(())
    }

    /// Whether the form is one that the page's owner has meant. The file's size is for the one who reads it to see.
    pub(crate) fn check(&self, fields: &Fields, bucket: &str, now: Timestamp) -> Result<(), PolicyRefusal> {
        if self.expiration <= now {
            return Err(PolicyRefusal::Expired);
        }
        if let Some(failed) = self.conditions.iter().find(|condition| !condition.holds(fields, bucket)) {
            return Err(PolicyRefusal::Failed(failed.clone()));
        }
        let is_covered = |field: &str| self.conditions.iter().any(|condition| condition.field() == field);
        let extra: Vec<&str> = fields
            .iter()
            .map(|(field, _)| field)
            .filter(|field| !is_free(field) && !is_covered(field))
            .collect();
        if extra.is_empty() { Ok(()) } else { Err(PolicyRefusal::Extra(extra.join(","))) }
    }
}

/// Fields that a policy need not mention. Source: the S3 API reference, "Creating a POST policy".
fn is_free(field: &str) -> bool {
    const FREE: [&str; 5] = ["x-amz-signature", "policy", "file", "awsaccesskeyid", "signature"];
    FREE.contains(&field) || field.starts_with("x-ignore-")
}

/// Browsers' libraries write either.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}
