//! On what occasion an environment is initialised.

/// What the function finds in `AWS_LAMBDA_INITIALIZATION_TYPE`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Initialization {
    /// For an invocation that waits for it.
    #[default]
    OnDemand,
    /// Before anybody calls.
    ProvisionedConcurrency,
    /// Once, for all that are copied of it.
    SnapStart,
}

impl Initialization {
    pub fn name(self) -> &'static str {
        match self {
            Self::OnDemand => "on-demand",
            Self::ProvisionedConcurrency => "provisioned-concurrency",
            Self::SnapStart => "snap-start",
        }
    }
}
