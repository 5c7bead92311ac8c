use std::collections::BTreeMap;

use hob_storage::{
    CodeSigningConfigRecord, Owner, ResourceKey, ResourceKind, ResourceRecord as _, StorageError, Stored,
    UntrustedArtifact,
};

use super::arn::CodeSigningConfigArn;
use crate::function::Functions;
use crate::page::{Page, Wanted};
use crate::tag::{TooManyTags, check_tags};

#[derive(Debug)]
pub(crate) struct CreateCodeSigningConfig {
    pub(crate) owner: Owner,
    pub(crate) description: String,
    /// ARNs. One that names no version of a signing profile is never that of a signature.
    pub(crate) allowed_publishers: Vec<String>,
    pub(crate) untrusted_artifact: UntrustedArtifact,
    pub(crate) tags: BTreeMap<String, String>,
}

/// What a caller wants to set; what is `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct CodeSigningConfigChange {
    pub(crate) description: Option<String>,
    pub(crate) allowed_publishers: Option<Vec<String>>,
    pub(crate) untrusted_artifact: Option<UntrustedArtifact>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum CodeSigningConfigError {
    /// As the caller named it.
    #[error("there is no code signing configuration {0}")]
    NotFound(String),
    #[error("functions use {0}")]
    InUse(CodeSigningConfigArn),
    #[error(transparent)]
    Tags(#[from] TooManyTags),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

type Config = Stored<CodeSigningConfigRecord>;

impl Functions {
    pub(crate) async fn create_signing_config(
        &self,
        create: CreateCodeSigningConfig,
    ) -> Result<CodeSigningConfigRecord, CodeSigningConfigError> {
        let CreateCodeSigningConfig { owner, description, allowed_publishers, untrusted_artifact, tags } =
            create;
        check_tags(&tags)?;
        let last_modified = self.clock.now();
        let mut config = CodeSigningConfigRecord {
            id: String::new(),
            description,
            allowed_publishers,
            untrusted_artifact,
            last_modified,
            tags,
        };
        loop {
            let arn = CodeSigningConfigArn::random(owner.clone(), &*self.random);
            arn.id().clone_into(&mut config.id);
            if self.resources.create(&owner, config.clone().into()).await? {
                return Ok(config);
            }
        }
    }

    pub(crate) async fn get_signing_config(
        &self,
        owner: &Owner,
        arn: &str,
    ) -> Result<CodeSigningConfigRecord, CodeSigningConfigError> {
        Ok(self.existing_signing_config(owner, arn).await?.1.value)
    }

    /// Code that is deployed already stays as it is.
    pub(crate) async fn update_signing_config(
        &self,
        owner: &Owner,
        arn: &str,
        change: &CodeSigningConfigChange,
    ) -> Result<CodeSigningConfigRecord, CodeSigningConfigError> {
        loop {
            let (_, Stored { edition, value: mut config }) = self.existing_signing_config(owner, arn).await?;
            change.apply(&mut config);
            config.last_modified = self.clock.now();
            if self.resources.replace(owner, edition, config.clone().into()).await? {
                return Ok(config);
            }
        }
    }

    /// Refused as long as a function uses it.
    pub(crate) async fn delete_signing_config(
        &self,
        owner: &Owner,
        arn: &str,
    ) -> Result<(), CodeSigningConfigError> {
        let _none_attached = self.attaching.write().await;
        loop {
            let (arn, config) = self.existing_signing_config(owner, arn).await?;
            if !self.users(&arn, None, 1).await?.is_empty() {
                return Err(CodeSigningConfigError::InUse(arn));
            }
            if self.resources.delete(owner, config.edition, &key(&arn)).await? {
                return Ok(());
            }
        }
    }

    /// By id.
    pub(crate) async fn list_signing_configs(
        &self,
        owner: &Owner,
        wanted: &Wanted,
    ) -> Result<Page<CodeSigningConfigRecord>, StorageError> {
        let after = wanted.after.as_deref();
        let kind = ResourceKind::CodeSigningConfig;
        let found = self.resources.list(owner, kind, "", after, wanted.limit_and_one()).await?;
        let configs = found.into_iter().filter_map(|found| CodeSigningConfigRecord::of(found.value));
        Ok(wanted.page(configs.collect(), CodeSigningConfigRecord::name))
    }

    pub(super) async fn existing_signing_config(
        &self,
        owner: &Owner,
        arn: &str,
    ) -> Result<(CodeSigningConfigArn, Config), CodeSigningConfigError> {
        let not_found = || CodeSigningConfigError::NotFound(arn.to_owned());
        let parsed = CodeSigningConfigArn::of(owner, arn).ok_or_else(not_found)?;
        let config = self.signing_config(&parsed).await?.ok_or_else(not_found)?;
        Ok((parsed, config))
    }

    pub(super) async fn signing_config(
        &self,
        arn: &CodeSigningConfigArn,
    ) -> Result<Option<Config>, StorageError> {
        let Some(found) = self.resources.get(arn.owner(), &key(arn)).await? else { return Ok(None) };
        let edition = found.edition;
        Ok(CodeSigningConfigRecord::of(found.value).map(|value| Stored { edition, value }))
    }
}

impl CodeSigningConfigChange {
    fn apply(&self, config: &mut CodeSigningConfigRecord) {
        if let Some(description) = &self.description {
            config.description.clone_from(description);
        }
        if let Some(allowed) = &self.allowed_publishers {
            config.allowed_publishers.clone_from(allowed);
        }
        if let Some(untrusted) = self.untrusted_artifact {
            config.untrusted_artifact = untrusted;
        }
    }
}

fn key(arn: &CodeSigningConfigArn) -> ResourceKey {
    ResourceKey { kind: ResourceKind::CodeSigningConfig, name: arn.id().to_owned() }
}
