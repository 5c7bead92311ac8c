//! Functions and their parts as the store has them.

use std::sync::Arc;

use hob_storage::{
    AliasRecord, CodeRecord, FunctionConfiguration, FunctionRecord, FunctionState, LastUpdate, Part, PartKey,
    StorageError, VersionRecord,
};
use hob_types::{AliasName, FunctionArn, Qualifier, RevisionId, Timestamp, Version, VersionNumber};

use super::functions::Functions;
use super::get::GetFunctionError;
use super::target::Target;
use crate::page::{Page, Wanted};

/// More than any function has of one kind of part.
const ALL: usize = usize::MAX;

/// A function, and which of its versions was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) function: Arc<FunctionRecord>,
    /// `None`: `$LATEST`.
    pub(crate) version: Option<VersionRecord>,
}

/// What there is to say of one version of a function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Description<'a> {
    pub(crate) arn: &'a FunctionArn,
    pub(crate) version: Version,
    pub(crate) revision: RevisionId,
    pub(crate) last_modified: Timestamp,
    pub(crate) state: &'a FunctionState,
    pub(crate) last_update: &'a LastUpdate,
    pub(crate) code: &'a CodeRecord,
    pub(crate) configuration: &'a FunctionConfiguration,
    /// It starts from a snapshot.
    pub(crate) optimized: bool,
}

impl Found {
    pub(crate) fn latest(function: FunctionRecord) -> Self {
        Self { function: Arc::new(function), version: None }
    }

    pub(crate) fn description(&self) -> Description<'_> {
        match &self.version {
            None => describe_latest(&self.function),
            Some(version) => describe_version(&self.function.arn, version),
        }
    }

    /// What its environments belong to.
    pub(crate) fn deployment(&self) -> RevisionId {
        self.version.as_ref().map_or_else(|| self.function.deployment(), |version| version.revision)
    }

    pub(crate) fn is_unsettled(&self) -> bool {
        match &self.version {
            None => self.function.is_unsettled(),
            Some(version) => version.state == FunctionState::Pending,
        }
    }
}

pub(crate) fn describe_latest(function: &FunctionRecord) -> Description<'_> {
    Description {
        arn: &function.arn,
        version: Version::Latest,
        revision: function.revision,
        last_modified: function.last_modified,
        state: &function.state,
        last_update: &function.last_update,
        code: &function.code,
        configuration: &function.configuration,
        optimized: false,
    }
}

fn describe_version<'a>(arn: &'a FunctionArn, version: &'a VersionRecord) -> Description<'a> {
    Description {
        arn,
        version: Version::Published(version.number),
        revision: version.revision,
        last_modified: version.last_modified,
        state: &version.state,
        last_update: &LastUpdate::Successful,
        code: &version.code,
        configuration: &version.configuration,
        optimized: version.optimized,
    }
}

impl Functions {
    /// What a target's qualifier names. `None`: there is no such thing.
    pub(crate) async fn find(&self, target: &Target) -> Result<Option<Found>, StorageError> {
        let Some(function) = self.store.get(&target.function).await? else { return Ok(None) };
        let function = Arc::new(function);
        let version = match target.qualifier.as_deref().map(str::parse) {
            None => Version::Latest,
            Some(Ok(Qualifier::Version(version))) => version,
            Some(Ok(Qualifier::Alias(alias))) => match self.alias(&target.function, &alias).await? {
                Some(alias) => alias.version,
                None => return Ok(None),
            },
            Some(Err(_)) => return Ok(None),
        };
        let Version::Published(number) = version else {
            return Ok(Some(Found { function, version: None }));
        };
        let version = self.version(&target.function, number).await?;
        Ok(version.map(|version| Found { function, version: Some(version) }))
    }

    /// As [`find`](Self::find); what is not there is an error that names it as the caller did.
    pub(crate) async fn existing(&self, target: &Target) -> Result<Found, GetFunctionError> {
        self.find(target).await?.ok_or_else(|| GetFunctionError::NotFound(target.arn()))
    }

    pub(crate) async fn version(
        &self,
        function: &FunctionArn,
        number: VersionNumber,
    ) -> Result<Option<VersionRecord>, StorageError> {
        self.part(function, &VersionRecord::key(number)).await
    }

    pub(crate) async fn alias(
        &self,
        function: &FunctionArn,
        name: &AliasName,
    ) -> Result<Option<AliasRecord>, StorageError> {
        self.part(function, name.as_str()).await
    }

    pub(crate) async fn part<P: Part>(
        &self,
        function: &FunctionArn,
        name: &str,
    ) -> Result<Option<P>, StorageError> {
        let key = PartKey { kind: P::KIND, name: name.to_owned() };
        Ok(self.store.part(function, &key).await?.and_then(P::of))
    }

    /// All parts of a kind, by name.
    pub(crate) async fn parts<P: Part>(&self, function: &FunctionArn) -> Result<Vec<P>, StorageError> {
        let parts = self.store.parts(function, P::KIND, None, ALL).await?;
        Ok(parts.into_iter().filter_map(P::of).collect())
    }

    /// Parts of a kind, by name, a page at a time.
    pub(crate) async fn parts_page<P: Part>(
        &self,
        function: &FunctionArn,
        wanted: &Wanted,
    ) -> Result<Page<P>, StorageError> {
        let parts =
            self.store.parts(function, P::KIND, wanted.after.as_deref(), wanted.limit_and_one()).await?;
        Ok(wanted.page(parts.into_iter().filter_map(P::of).collect(), P::name))
    }
}
