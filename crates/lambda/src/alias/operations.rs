use std::collections::BTreeMap;

use hob_storage::{
    AliasRecord, Changed, FunctionChange, FunctionRecord, PartKind, StorageError, VersionRecord,
};
use hob_types::{AliasName, FunctionArn, Version, VersionNumber};

use super::{AliasChange, AliasError};
use crate::function::Functions;
use crate::page::{Page, Wanted};
use crate::version::without_parts_of;

impl Functions {
    pub(crate) async fn create_alias(
        &self,
        arn: &FunctionArn,
        name: &str,
        change: AliasChange,
    ) -> Result<AliasRecord, AliasError> {
        loop {
            let function = self.function_with_aliases(arn).await?;
            let parsed = name.parse::<AliasName>().map_err(|_| not_found(arn, name))?;
            if self.alias(arn, &parsed).await?.is_some() {
                return Err(AliasError::Exists { function: arn.clone(), name: name.to_owned() });
            }
            let mut alias = AliasRecord {
                name: parsed,
                description: String::new(),
                version: Version::Latest,
                weights: BTreeMap::new(),
                revision: self.new_revision(),
            };
            change.clone().apply(arn, &mut alias)?;
            if self.put_alias(function, &alias).await? {
                return Ok(alias);
            }
        }
    }

    pub(crate) async fn get_alias(&self, arn: &FunctionArn, name: &str) -> Result<AliasRecord, AliasError> {
        let found = match name.parse() {
            Ok(parsed) => self.alias(arn, &parsed).await?,
            Err(_) => None,
        };
        found.ok_or_else(|| not_found(arn, name))
    }

    /// `expected` is the revision that the caller has seen, if it cares.
    pub(crate) async fn update_alias(
        &self,
        arn: &FunctionArn,
        name: &str,
        change: AliasChange,
        expected: Option<&str>,
    ) -> Result<AliasRecord, AliasError> {
        loop {
            let function = self.function_with_aliases(arn).await?;
            let mut alias = self.get_alias(arn, name).await?;
            if expected.is_some_and(|expected| expected != alias.revision.to_string()) {
                return Err(AliasError::RevisionMismatch);
            }
            change.clone().apply(arn, &mut alias)?;
            alias.revision = self.new_revision();
            if self.put_alias(function, &alias).await? {
                return Ok(alias);
            }
        }
    }

    pub(crate) async fn delete_alias(&self, arn: &FunctionArn, name: &str) -> Result<(), AliasError> {
        loop {
            let function = self.function_with_aliases(arn).await?;
            let function = self.without_provisioned(function, name).await?;
            let change = without_parts_of(FunctionChange::of(function), name).remove(PartKind::Alias, name);
            if self.change_provisioned(change).await? == Changed::Done {
                return Ok(());
            }
        }
    }

    /// Those that point at `version`, if one is given.
    pub(crate) async fn list_aliases(
        &self,
        arn: &FunctionArn,
        version: Option<&str>,
        wanted: &Wanted,
    ) -> Result<Page<AliasRecord>, AliasError> {
        self.function_with_aliases(arn).await?;
        let Some(version) = version else { return Ok(self.parts_page(arn, wanted).await?) };
        let mut aliases = self.parts::<AliasRecord>(arn).await?;
        let after =
            |alias: &AliasRecord| wanted.after.as_deref().is_none_or(|after| alias.name.as_str() > after);
        aliases.retain(|alias| after(alias) && alias.version.to_string() == version);
        Ok(wanted.page(aliases, |alias| alias.name.to_string()))
    }

    async fn function_with_aliases(&self, arn: &FunctionArn) -> Result<FunctionRecord, AliasError> {
        self.store.get(arn).await?.ok_or_else(|| AliasError::NoFunction(arn.clone()))
    }

    /// `false`: the function has changed meanwhile, and nothing happened.
    async fn put_alias(&self, function: FunctionRecord, alias: &AliasRecord) -> Result<bool, AliasError> {
        self.check_versions(&function, alias).await?;
        self.check_moved(&function.arn, alias).await?;
        let done = self.change_provisioned(FunctionChange::of(function).put(alias.clone())).await?;
        Ok(done == Changed::Done)
    }

    async fn check_versions(&self, function: &FunctionRecord, alias: &AliasRecord) -> Result<(), AliasError> {
        let Version::Published(main) = alias.version else { return Ok(()) };
        let main = self.existing_version(&function.arn, main).await?;
        for number in alias.weights.keys() {
            let other = self.existing_version(&function.arn, *number).await?;
            let (one, other) = (&main.configuration, &other.configuration);
            if (&one.role, &one.dead_letter_target) != (&other.role, &other.dead_letter_target) {
                return Err(AliasError::VersionsDiffer);
            }
        }
        Ok(())
    }

    async fn existing_version(
        &self,
        arn: &FunctionArn,
        number: VersionNumber,
    ) -> Result<VersionRecord, AliasError> {
        let found: Result<_, StorageError> = self.version(arn, number).await;
        found?.ok_or_else(|| AliasError::NoVersion { function: arn.clone(), version: number.to_string() })
    }
}

fn not_found(arn: &FunctionArn, name: &str) -> AliasError {
    AliasError::NotFound { function: arn.clone(), name: name.to_owned() }
}
