//! The policy of one resource.

use serde::{Deserialize, Deserializer, Serialize};

use super::element::OneOrMany;
use super::error::PolicyError;
use super::statement::Statement;

/// The largest policy, in characters of its JSON. Source: Lambda quotas (20 KB).
pub(crate) const POLICY_SIZE_LIMIT: usize = 20_480;

/// What may be done with one resource by whom. Stored as its JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct PolicyDocument {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<PolicyVersion>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// In the order in which they were added.
    #[serde(rename = "Statement", deserialize_with = "one_or_many")]
    statements: Vec<Statement>,
}

/// Of the policy language. Without one, a document is of the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum PolicyVersion {
    #[serde(rename = "2008-10-17")]
    Of2008,
    #[serde(rename = "2012-10-17")]
    Of2012,
}

fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Statement>, D::Error> {
    Ok(match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(statement) => vec![statement],
        OneOrMany::Many(statements) => statements,
    })
}

/// What a resource has whose first statement is about to be added.
impl Default for PolicyDocument {
    fn default() -> Self {
        let version = Some(PolicyVersion::Of2012);
        Self { version, id: Some("default".to_owned()), statements: Vec::new() }
    }
}

impl PolicyDocument {
    /// As PutResourcePolicy takes it: a document that does not let everybody in.
    pub(crate) fn parse_not_public(text: &str, resource: &str) -> Result<Self, PolicyError> {
        let document = Self::parse(text, resource)?;
        if document.is_public() { Err(PolicyError::Public) } else { Ok(document) }
    }

    /// A whole document for the resource of that ARN.
    pub(crate) fn parse(text: &str, resource: &str) -> Result<Self, PolicyError> {
        check_size(text)?;
        let document: Self =
            serde_json::from_str(text).map_err(|error| PolicyError::Malformed(error.to_string()))?;
        document.check(resource)?;
        // Written as it is answered it may have grown: 1E9 becomes 1000000000.0.
        check_size(&document.to_json())?;
        Ok(document)
    }

    fn check(&self, resource: &str) -> Result<(), PolicyError> {
        if self.is_empty() {
            return Err(PolicyError::Malformed("it has no statement".to_owned()));
        }
        for (at, statement) in self.statements.iter().enumerate() {
            let is_its = |earlier: &Statement| statement.sid.is_some() && earlier.sid == statement.sid;
            if self.statements[..at].iter().any(is_its) {
                return Err(PolicyError::Malformed("two statements have the same Sid".to_owned()));
            }
            if let Some(found) = statement.resource.as_slice().iter().find(|found| *found != resource) {
                return Err(PolicyError::OtherResource {
                    expected: resource.to_owned(),
                    found: found.clone(),
                });
            }
        }
        Ok(())
    }

    /// Nothing is changed if there is an error.
    pub(crate) fn add(&mut self, statement: Statement) -> Result<(), PolicyError> {
        if let Some(sid) = &statement.sid
            && self.statements.iter().any(|present| present.sid.as_ref() == Some(sid))
        {
            return Err(PolicyError::StatementExists(sid.clone()));
        }
        self.statements.push(statement);
        check_size(&self.to_json()).inspect_err(|_| drop(self.statements.pop()))
    }

    pub(crate) fn remove(&mut self, sid: &str) -> Result<(), PolicyError> {
        let is_it = |statement: &Statement| statement.sid.as_deref() == Some(sid);
        match self.statements.iter().position(is_it) {
            Some(at) => drop(self.statements.remove(at)),
            None => return Err(PolicyError::NoSuchStatement(sid.to_owned())),
        }
        Ok(())
    }

    /// A resource whose last statement was removed has no policy any more.
    pub(crate) fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    pub(crate) fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// As GetPolicy answers it.
    pub(crate) fn to_json(&self) -> String {
        to_json(self)
    }
}

impl Statement {
    /// As AddPermission answers it.
    pub(crate) fn to_json(&self) -> String {
        to_json(self)
    }
}

fn to_json(value: &impl Serialize) -> String {
    // Only a map whose keys are no texts could fail, and there is none.
    serde_json::to_string(value).unwrap_or_default()
}

fn check_size(text: &str) -> Result<(), PolicyError> {
    match text.chars().count() {
        0..=POLICY_SIZE_LIMIT => Ok(()),
        size => Err(PolicyError::TooLong { size }),
    }
}
