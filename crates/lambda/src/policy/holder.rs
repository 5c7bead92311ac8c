//! What has a policy of its own, and how a policy changes with its revision.

use hob_storage::{AliasRecord, FunctionChange, FunctionRecord, PartKind, PolicyRecord, StorageError};
use hob_types::{AliasName, Qualifier, RevisionId, Version, VersionNumber};

use super::PolicyDocument;
use super::operation_error::PolicyOperationError;
use crate::function::{Functions, Target};

/// A function, one of its versions or an alias, as it was read, with the policy that it has.
pub(super) struct Holder {
    function: FunctionRecord,
    part: Part,
    policy: Option<PolicyRecord>,
}

enum Part {
    Whole,
    Version { number: VersionNumber, revision: RevisionId },
    Alias(AliasRecord),
}

impl Holder {
    /// As statements name it.
    pub(super) fn arn(&self) -> String {
        match self.qualifier() {
            Some(qualifier) => format!("{}:{qualifier}", self.function.arn),
            None => self.function.arn.to_string(),
        }
    }

    /// Of a function or an alias its own; of a version, which never changes, that of its policy.
    pub(super) fn revision(&self) -> RevisionId {
        match &self.part {
            Part::Whole => self.function.revision,
            Part::Version { revision, .. } => {
                self.policy.as_ref().map_or(*revision, |policy| policy.revision)
            }
            Part::Alias(alias) => alias.revision,
        }
    }

    pub(super) fn check_revision(&self, expected: Option<&str>) -> Result<(), PolicyOperationError> {
        match expected {
            Some(expected) if expected != self.revision().to_string() => {
                Err(PolicyOperationError::RevisionMismatch)
            }
            _ => Ok(()),
        }
    }

    pub(super) fn document(&self) -> Result<Option<PolicyDocument>, StorageError> {
        let document = self.policy.as_ref().map(|policy| serde_json::from_str(&policy.document));
        document.transpose().map_err(|error| StorageError::Io(error.into()))
    }

    pub(super) fn policy(&self) -> Option<&PolicyRecord> {
        self.policy.as_ref()
    }

    /// With another policy, or none, from `revision` on. What runs stays what it is.
    pub(super) fn with(self, document: Option<&PolicyDocument>, revision: RevisionId) -> FunctionChange {
        let qualifier = self.qualifier();
        let mut function = self.function;
        let mut parts = Vec::new();
        match self.part {
            Part::Whole => {
                function.deployment = Some(function.deployment());
                function.revision = revision;
            }
            Part::Version { .. } => {}
            Part::Alias(alias) => parts.push(AliasRecord { revision, ..alias }.into()),
        }
        let mut change = FunctionChange::of(function);
        change.put = parts;
        match document {
            Some(document) => change.put(PolicyRecord { qualifier, revision, document: document.to_json() }),
            None => change.remove(PartKind::Policy, part_name(qualifier.as_ref())),
        }
    }

    fn qualifier(&self) -> Option<Qualifier> {
        match &self.part {
            Part::Whole => None,
            Part::Version { number, .. } => Some(Qualifier::Version(Version::Published(*number))),
            Part::Alias(alias) => Some(Qualifier::Alias(alias.name.clone())),
        }
    }
}

fn part_name(qualifier: Option<&Qualifier>) -> String {
    qualifier.map_or_else(String::new, Qualifier::to_string)
}

impl Functions {
    /// The function is read first, so that a change of any part since then is noticed.
    pub(super) async fn policy_holder(&self, target: &Target) -> Result<Holder, PolicyOperationError> {
        let function = self.store.get(&target.function).await?;
        let function = function.ok_or_else(|| PolicyOperationError::NoFunction(target.arn()))?;
        let qualifier = target.qualifier.as_deref().map(str::parse).transpose();
        let qualifier = qualifier.map_err(|_| PolicyOperationError::NoSuchQualifier)?;
        let part = match &qualifier {
            None => Part::Whole,
            Some(Qualifier::Version(Version::Latest)) => return Err(PolicyOperationError::LatestNamed),
            Some(Qualifier::Version(Version::Published(number))) => {
                let version = self.version(&target.function, *number).await?;
                let version = version.ok_or_else(|| PolicyOperationError::NoVersion(target.arn()))?;
                Part::Version { number: version.number, revision: version.revision }
            }
            Some(Qualifier::Alias(alias)) => Part::Alias(self.policy_alias(target, alias).await?),
        };
        let policy = self.part(&target.function, &part_name(qualifier.as_ref())).await?;
        Ok(Holder { function, part, policy })
    }

    async fn policy_alias(
        &self,
        target: &Target,
        name: &AliasName,
    ) -> Result<AliasRecord, PolicyOperationError> {
        let alias = self.alias(&target.function, name).await?;
        alias.ok_or_else(|| PolicyOperationError::NoAlias(target.arn()))
    }
}
