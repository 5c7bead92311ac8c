use hob_storage::{
    AliasRecord, Changed, FunctionChange, FunctionRecord, FunctionState, ProvisionedRecord, SnapStart,
};
use hob_types::{FunctionArn, Qualifier, Version, VersionNumber};

use super::{Plan, ProvisionedError};
use crate::function::{Functions, GetFunctionError, Target, state_name};

impl Functions {
    /// Durable, and begun, when this returns; takes the place of what was provisioned of the same alias or version.
    pub(crate) async fn provision(
        &self,
        target: &Target,
        environments: u32,
    ) -> Result<ProvisionedRecord, ProvisionedError> {
        loop {
            let function = self.store.get(&target.function).await?;
            let qualifier = self.existing_qualifier(target).await?;
            let Some(function) = function else { continue };
            self.check_provisionable(&function.arn, &qualifier).await?;
            let record =
                ProvisionedRecord { qualifier, requested: environments, last_modified: self.clock.now() };
            let (before, function) = (function.clone(), self.with_provisioned(function, &record).await?);
            let concurrency_max = Some(u64::from(self.limits.concurrency - self.unreserved_min()));
            let change =
                FunctionChange { concurrency_max, ..FunctionChange::of(function).put(record.clone()) };
            match self.change_provisioned(change).await? {
                Changed::Done => return Ok(record),
                Changed::Stale => {}
                Changed::ConcurrencyExceeded => return Err(self.too_much(&before, environments).await),
            }
        }
    }

    /// Its version must be one of which environments can be there before anybody calls.
    async fn check_provisionable(
        &self,
        function: &FunctionArn,
        qualifier: &Qualifier,
    ) -> Result<(), ProvisionedError> {
        let version = match qualifier {
            Qualifier::Version(version) => *version,
            Qualifier::Alias(name) => {
                let no_alias =
                    || ProvisionedError::NoAlias { function: function.clone(), name: name.clone() };
                let alias = self.alias(function, name).await?.ok_or_else(no_alias)?;
                if !alias.weights.is_empty() {
                    return Err(ProvisionedError::Weighted);
                }
                alias.version
            }
        };
        match version {
            Version::Latest => Err(ProvisionedError::Latest),
            Version::Published(number) => self.check_version(function, number).await,
        }
    }

    /// What is provisioned of an alias follows it to its versions.
    pub(crate) async fn check_moved(
        &self,
        function: &FunctionArn,
        alias: &AliasRecord,
    ) -> Result<(), ProvisionedError> {
        let qualifier = Qualifier::Alias(alias.name.clone());
        let mut plan = self.plan(function).await?;
        if !plan.provisions(&qualifier) {
            return Ok(());
        }
        plan.put_alias(alias.clone());
        plan.check(&qualifier)?;
        for version in plan.versions(&qualifier) {
            match version {
                Version::Latest => return Err(ProvisionedError::Latest),
                Version::Published(number) => self.check_version(function, number).await?,
            }
        }
        Ok(())
    }

    async fn check_version(
        &self,
        function: &FunctionArn,
        number: VersionNumber,
    ) -> Result<(), ProvisionedError> {
        let target = Target::of(function, Version::Published(number));
        // It may be about to become active.
        let found = self.get_settled(&target).await.map_err(|error| match error {
            GetFunctionError::NotFound(arn) => ProvisionedError::NoVersion(arn),
            GetFunctionError::Storage(error) => error.into(),
        })?;
        let description = found.description();
        if description.configuration.snap_start != SnapStart::None {
            return Err(ProvisionedError::SnapStart);
        }
        match description.state {
            FunctionState::Active => Ok(()),
            state => Err(ProvisionedError::NotActive(state_name(state))),
        }
    }

    /// The function with the claim that it would have.
    async fn with_provisioned(
        &self,
        function: FunctionRecord,
        record: &ProvisionedRecord,
    ) -> Result<FunctionRecord, ProvisionedError> {
        let mut plan = Plan::new(self.parts(&function.arn).await?, self.parts(&function.arn).await?);
        plan.check(&record.qualifier)?;
        plan.put(record.clone());
        let provisioned_concurrency = plan.requested();
        if function.reserved_concurrency.is_some_and(|reserved| provisioned_concurrency > reserved) {
            return Err(ProvisionedError::OverReserved);
        }
        Ok(FunctionRecord { provisioned_concurrency, ..function })
    }

    /// Why the account has not so much for the function.
    async fn too_much(&self, function: &FunctionRecord, environments: u32) -> ProvisionedError {
        match self.usage(&function.arn.account, &function.arn.region).await {
            Err(error) => error.into(),
            Ok(usage) => match self.account_concurrency(usage).unreserved {
                unreserved if environments > unreserved => ProvisionedError::OverUnreserved { unreserved },
                _ => ProvisionedError::TooMuch { unreserved_min: self.unreserved_min() },
            },
        }
    }
}
