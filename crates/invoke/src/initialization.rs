//! On what occasion an environment is initialised.

/// What the function finds in `AWS_LAMBDA_INITIALIZATION_TYPE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InitializationType {
    /// For an invocation that waits for it.
    OnDemand,
    /// Before anybody calls.
    ProvisionedConcurrency,
}

impl InitializationType {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::OnDemand => "on-demand",
            Self::ProvisionedConcurrency => "provisioned-concurrency",
        }
    }
}
