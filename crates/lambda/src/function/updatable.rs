use super::functions::Functions;
use super::get::GetFunctionError;
use super::lifecycle::{UpdateRefused, check_update};
use super::target::Target;

/// Why nothing of a function can be updated now, whatever it is.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotUpdatable {
    #[error(transparent)]
    Get(#[from] GetFunctionError),
    #[error(transparent)]
    Refused(#[from] UpdateRefused),
}

impl Functions {
    /// To be asked before what is wanted is looked at: AWS names a missing function, another revision and an update
    /// in progress first. The update itself asks again.
    pub(crate) async fn check_updatable(
        &self,
        target: &Target,
        expected: Option<&str>,
    ) -> Result<(), NotUpdatable> {
        let function = self.get_latest(target).await?;
        Ok(check_update(&function, expected)?)
    }
}
