use std::sync::Arc;

use hob_storage::{Architecture, Changed, CodeRecord, FunctionChange, FunctionRecord, StorageError};

use super::functions::Functions;
use super::get::GetFunctionError;
use super::lifecycle::{UpdateRefused, begin_update, check_update};
use super::lookup::Found;
use super::packages::StorePackageError;
use super::source::{CodeSource, FetchError};
use super::target::Target;
use crate::layer::{CodeSize, LayerUseError};
use crate::signing_config::DemandError;

#[derive(Debug)]
pub(crate) struct UpdateCode {
    pub(crate) target: Target,
    pub(crate) source: CodeSource,
    pub(crate) architecture: Option<Architecture>,
    /// The revision that the caller has seen; the update is refused if there is another by now.
    pub(crate) expected: Option<String>,
    /// A version is made at the same time.
    pub(crate) publish: bool,
    /// Check all and change nothing.
    pub(crate) dry_run: bool,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum UpdateCodeError {
    #[error(transparent)]
    Get(#[from] GetFunctionError),
    #[error(transparent)]
    Refused(#[from] UpdateRefused),
    #[error(transparent)]
    Layers(#[from] LayerUseError),
    #[error(transparent)]
    Demand(#[from] DemandError),
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error(transparent)]
    Package(#[from] StorePackageError),
    #[error("the account's packages would be larger than they may be")]
    CodeStorageExceeded,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Functions {
    /// The new code is durable, and the update in progress, when this returns.
    pub(crate) async fn update_code(&self, update: UpdateCode) -> Result<Found, UpdateCodeError> {
        let UpdateCode { target, source, architecture, expected, publish, dry_run } = update;
        let expected = expected.as_deref();
        let function = self.get_latest(&target).await?;
        check_update(&function, expected)?;
        let demand = self.demand(&function.arn, function.code_signing_config.as_deref()).await?;
        let zip = self.fetch(source, &target.function.region).await?;
        if dry_run {
            let (code, unzipped) = self.packages.check(zip, demand).await?;
            let layers = &function.configuration.layers;
            self.check_size_with_layers(CodeSize::Known(unzipped), layers).await?;
            return Ok(Found::latest(with_code(function, code, architecture)));
        }
        let arrived = self.packages.store(zip, demand).await?;
        if !self.has_code_storage(&target.function, arrived.code.size).await? {
            return Err(UpdateCodeError::CodeStorageExceeded);
        }
        let checked_under = function.code_signing_config;
        loop {
            let function = self.get_latest(&target).await?;
            check_update(&function, expected)?;
            if function.code_signing_config != checked_under {
                return Err(UpdateRefused::InProgress(function.arn).into());
            }
            let layers = &function.configuration.layers;
            self.check_size_with_layers(CodeSize::Of(&arrived.code), layers).await?;
            let replaced = (function.code.clone(), function.configuration.clone());
            let mut function = with_code(function, arrived.code.clone(), architecture);
            begin_update(&mut function, self.clock.now(), self.new_revision());
            let version = if publish { Some(self.publish_with(&mut function).await?) } else { None };
            let mut change = FunctionChange::of(function.clone());
            change.put.extend(version.iter().cloned().map(Into::into));
            // Another change may have come in between, so that what was checked above no longer holds.
            if self.store.change(change).await? == Changed::Done {
                self.packages.release(&replaced.0, &replaced.1);
                self.begun.notify_one();
                return Ok(Found { function: Arc::new(function), version });
            }
        }
    }
}

fn with_code(
    mut function: FunctionRecord,
    code: CodeRecord,
    architecture: Option<Architecture>,
) -> FunctionRecord {
    function.code = code;
    if let Some(architecture) = architecture {
        function.configuration.architecture = architecture;
    }
    function
}
