use std::fmt;

use serde_json::{Value, json};

use super::fields::Fields;

/// What a policy demands of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    Equals { field: String, value: String },
    StartsWith { field: String, prefix: String },
}

impl Condition {
    /// In lower case.
    pub(super) fn field(&self) -> &str {
        match self {
            Self::Equals { field, .. } | Self::StartsWith { field, .. } => field,
        }
    }

    pub(super) fn holds(&self, fields: &Fields, bucket: &str) -> bool {
        let given = match self.field() {
            "bucket" => bucket,
            field => fields.get(field).unwrap_or_default(),
        };
        match self {
            Self::Equals { value, .. } => given == value,
            Self::StartsWith { prefix, .. } => given.starts_with(prefix.as_str()),
        }
    }
}

/// As refusals show it: `["eq", "$key", "value"]`.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (operator, value) = match self {
            Self::Equals { value, .. } => ("eq", value),
            Self::StartsWith { prefix, .. } => ("starts-with", prefix),
        };
        let quoted = |text: &str| Value::from(text).to_string();
        let field = format!("${}", self.field());
        write!(f, "[{}, {}, {}]", quoted(operator), json!(field), quoted(value))
    }
}
