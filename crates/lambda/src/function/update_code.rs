use bytes::Bytes;
use hob_storage::{Architecture, CodeRecord, FunctionRecord, StorageError};

use super::functions::Functions;
use super::get::GetFunctionError;
use super::lifecycle::{UpdateRefused, begin_update, check_update};
use super::packages::StorePackageError;
use super::target::Target;

#[derive(Debug)]
pub(crate) struct UpdateCode {
    pub(crate) target: Target,
    pub(crate) zip: Bytes,
    pub(crate) architecture: Option<Architecture>,
    /// The revision that the caller has seen; the update is refused if there is another by now.
    pub(crate) expected: Option<String>,
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
    Package(#[from] StorePackageError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Functions {
    /// The new code is durable, and the update in progress, when this returns.
    pub(crate) async fn update_code(&self, update: UpdateCode) -> Result<FunctionRecord, UpdateCodeError> {
        let UpdateCode { target, zip, architecture, expected, dry_run } = update;
        let expected = expected.as_deref();
        let function = self.get(&target).await?;
        check_update(&function, expected)?;
        if dry_run {
            let code = self.packages.check(zip).await?;
            return Ok(with_code(function, code, architecture));
        }
        let arrived = self.packages.store(zip).await?;
        loop {
            let function = self.get(&target).await?;
            check_update(&function, expected)?;
            let (seen, replaced) = (function.revision, function.code.sha256);
            let mut function = with_code(function, arrived.code.clone(), architecture);
            begin_update(&mut function, self.clock.now(), self.new_revision());
            // `false`: another change came in between, so what was checked above may no longer hold.
            if self.store.replace(seen, function.clone()).await? {
                self.packages.release(replaced);
                self.begun.notify_one();
                return Ok(function);
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
