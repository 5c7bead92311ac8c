use hob_invoke::Provisioned;
use hob_storage::{AliasRecord, ProvisionedRecord, StorageError};
use hob_types::{FunctionArn, Qualifier, Version};

use super::{Plan, ProvisionedError};
use crate::function::{Functions, Target};

/// What is provisioned of an alias or version, and how far it is.
#[derive(Clone, Debug)]
pub(crate) struct ProvisionedFound {
    pub(crate) record: ProvisionedRecord,
    /// Of all its versions together.
    pub(crate) state: Provisioned,
}

impl Functions {
    /// What is provisioned of the alias or version that the target names.
    pub(crate) async fn provisioned(&self, target: &Target) -> Result<ProvisionedFound, ProvisionedError> {
        let qualifier = self.existing_qualifier(target).await?;
        let record = self.part::<ProvisionedRecord>(&target.function, &qualifier.to_string()).await?;
        let record = record.ok_or(ProvisionedError::NotProvisioned)?;
        let plan = self.plan(&target.function).await?;
        Ok(self.provisioned_of(&target.function, &plan, record))
    }

    /// The alias or published version that a target names, which exists.
    pub(super) async fn existing_qualifier(&self, target: &Target) -> Result<Qualifier, ProvisionedError> {
        let function = &target.function;
        let no_version = || ProvisionedError::NoVersion(target.arn());
        let qualifier = target.parsed_qualifier().ok_or_else(no_version)?;
        match &qualifier {
            Qualifier::Version(Version::Latest) => Err(ProvisionedError::Latest),
            Qualifier::Version(Version::Published(number)) => {
                self.version(function, *number).await?.map(|_| qualifier).ok_or_else(no_version)
            }
            Qualifier::Alias(name) => match self.alias(function, name).await? {
                Some(_) => Ok(qualifier),
                None => Err(ProvisionedError::NoAlias { function: function.clone(), name: name.clone() }),
            },
        }
    }

    pub(crate) async fn plan(&self, function: &FunctionArn) -> Result<Plan, StorageError> {
        let records = self.parts::<ProvisionedRecord>(function).await?;
        let aliases =
            if records.is_empty() { Vec::new() } else { self.parts::<AliasRecord>(function).await? };
        Ok(Plan::new(records, aliases))
    }

    pub(super) fn provisioned_of(
        &self,
        function: &FunctionArn,
        plan: &Plan,
        record: ProvisionedRecord,
    ) -> ProvisionedFound {
        let mut state = Provisioned { requested: record.requested, ..Provisioned::default() };
        for (version, _) in plan.shares(&record) {
            let of_version = self.invoker.provisioned(function, Version::Published(version));
            let of_version = of_version.unwrap_or_default();
            state.allocated += of_version.allocated;
            state.available += of_version.available;
            state.failure = state.failure.or(of_version.failure);
        }
        ProvisionedFound { record, state }
    }
}
