use hob_storage::{
    Changed, FunctionChange, FunctionRecord, FunctionUrlRecord, Part as _, PartKind, StorageError,
    UrlAuthType, UrlCors, UrlInvokeMode,
};
use hob_types::{AliasName, FunctionArn};

use super::id::random_id;
use crate::function::{Functions, Target};
use crate::page::{Page, Wanted};

/// What a caller wants to set; what is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct FunctionUrlChange {
    pub(crate) auth_type: Option<UrlAuthType>,
    /// One that says nothing removes what was said.
    pub(crate) cors: Option<UrlCors>,
    pub(crate) invoke_mode: Option<UrlInvokeMode>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum FunctionUrlError {
    #[error("what the URL is to lead to does not exist")]
    NoFunction,
    #[error("there is no such URL")]
    NotFound,
    #[error("{0} has a URL")]
    Exists(String),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl FunctionUrlChange {
    fn apply(self, url: &mut FunctionUrlRecord) {
        url.auth_type = self.auth_type.unwrap_or(url.auth_type);
        url.invoke_mode = self.invoke_mode.or(url.invoke_mode);
        if let Some(cors) = self.cors {
            url.cors = (cors != UrlCors::default()).then_some(cors);
        }
    }
}

impl Functions {
    /// Nobody else has the address, and nobody can guess it.
    pub(crate) async fn create_url(
        &self,
        target: &Target,
        auth_type: UrlAuthType,
        settings: FunctionUrlChange,
    ) -> Result<FunctionUrlRecord, FunctionUrlError> {
        loop {
            let found = self.find(target).await?.ok_or(FunctionUrlError::NoFunction)?;
            let alias = alias(target).ok_or(FunctionUrlError::NoFunction)?;
            if self.part::<FunctionUrlRecord>(&target.function, &name(alias.as_ref())).await?.is_some() {
                return Err(FunctionUrlError::Exists(target.arn()));
            }
            let now = self.clock.now();
            let mut url = FunctionUrlRecord {
                alias,
                id: random_id(&*self.random),
                auth_type,
                cors: None,
                invoke_mode: None,
                created: now,
                last_modified: now,
            };
            settings.clone().apply(&mut url);
            let change = FunctionChange::of(FunctionRecord::clone(&found.function)).put(url.clone());
            if self.store.change(change).await? == Changed::Done {
                return Ok(url);
            }
        }
    }

    pub(crate) async fn get_url(&self, target: &Target) -> Result<FunctionUrlRecord, FunctionUrlError> {
        let alias = alias(target).ok_or(FunctionUrlError::NotFound)?;
        let url = self.part(&target.function, &name(alias.as_ref())).await?;
        url.ok_or(FunctionUrlError::NotFound)
    }

    pub(crate) async fn update_url(
        &self,
        target: &Target,
        change: FunctionUrlChange,
    ) -> Result<FunctionUrlRecord, FunctionUrlError> {
        loop {
            let function = self.function_with_url(target).await?;
            let mut url = self.get_url(target).await?;
            change.clone().apply(&mut url);
            url.last_modified = self.clock.now();
            if self.store.change(FunctionChange::of(function).put(url.clone())).await? == Changed::Done {
                return Ok(url);
            }
        }
    }

    pub(crate) async fn delete_url(&self, target: &Target) -> Result<(), FunctionUrlError> {
        loop {
            let function = self.function_with_url(target).await?;
            let url = self.get_url(target).await?;
            let change = FunctionChange::of(function).remove(PartKind::Url, url.name());
            if self.store.change(change).await? == Changed::Done {
                return Ok(());
            }
        }
    }

    /// The function's own first, then by alias.
    pub(crate) async fn list_urls(
        &self,
        function: &FunctionArn,
        wanted: &Wanted,
    ) -> Result<Page<FunctionUrlRecord>, FunctionUrlError> {
        self.store.get(function).await?.ok_or(FunctionUrlError::NoFunction)?;
        Ok(self.parts_page(function, wanted).await?)
    }

    async fn function_with_url(&self, target: &Target) -> Result<FunctionRecord, FunctionUrlError> {
        self.store.get(&target.function).await?.ok_or(FunctionUrlError::NotFound)
    }
}

/// Which alias the URL leads to: `Some(None)` is none, so `$LATEST`; `None`: nothing that can have a URL.
fn alias(target: &Target) -> Option<Option<AliasName>> {
    match &target.qualifier {
        None => Some(None),
        Some(given) => given.parse().ok().map(Some),
    }
}

/// As the record of such a URL names itself.
fn name(alias: Option<&AliasName>) -> String {
    alias.map_or_else(String::new, AliasName::to_string)
}
