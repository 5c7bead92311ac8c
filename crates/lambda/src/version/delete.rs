use hob_storage::{AliasRecord, Changed, FunctionChange, PartKind, StorageError, VersionRecord};
use hob_types::{AliasName, FunctionArn, Version, VersionNumber};

use crate::function::Functions;

#[derive(Debug, thiserror::Error)]
pub(crate) enum DeleteVersionError {
    #[error("{0} does not exist")]
    NoFunction(FunctionArn),
    #[error("aliases refer to the version: {0:?}")]
    Referenced(Vec<AliasName>),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Functions {
    /// With all that belongs to it alone. One that does not exist counts as deleted.
    pub(crate) async fn delete_version(
        &self,
        arn: &FunctionArn,
        number: VersionNumber,
    ) -> Result<(), DeleteVersionError> {
        loop {
            let function = self.store.get(arn).await?;
            let function = function.ok_or_else(|| DeleteVersionError::NoFunction(arn.clone()))?;
            let Some(version) = self.version(arn, number).await? else { return Ok(()) };
            self.check_unreferenced(arn, number).await?;
            let function = self.without_provisioned(function, &number.to_string()).await?;
            let change = without_parts_of(FunctionChange::of(function), &number.to_string());
            let change = change.remove(PartKind::Version, VersionRecord::key(number));
            if self.change_provisioned(change).await? == Changed::Done {
                self.packages.release(&version.code, &version.configuration);
                self.invoker.retire(arn, Some(Version::Published(number)), None);
                return Ok(());
            }
        }
    }

    async fn check_unreferenced(
        &self,
        arn: &FunctionArn,
        number: VersionNumber,
    ) -> Result<(), DeleteVersionError> {
        let refers = |alias: &AliasRecord| {
            alias.version == Version::Published(number) || alias.weights.contains_key(&number)
        };
        let aliases = self.parts::<AliasRecord>(arn).await?;
        let names: Vec<_> = aliases.into_iter().filter(refers).map(|alias| alias.name).collect();
        if names.is_empty() { Ok(()) } else { Err(DeleteVersionError::Referenced(names)) }
    }
}

/// Removes what a version or alias has of its own.
pub(crate) fn without_parts_of(change: FunctionChange, qualifier: &str) -> FunctionChange {
    const OWN: [PartKind; 5] = [
        PartKind::Policy,
        PartKind::Url,
        PartKind::EventInvoke,
        PartKind::Provisioned,
        PartKind::RuntimeManagement,
    ];
    OWN.into_iter().fold(change, |change, kind| change.remove(kind, qualifier))
}
