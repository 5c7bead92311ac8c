//! Environments that are initialised before anybody calls, and kept so: provisioned concurrency.

mod registry;
mod target;

use hob_environment::{InitFault, Unavailable};

pub(crate) use self::registry::Registry;
pub(crate) use self::target::{Chore, Counts, Target};

/// How far one version's provisioned concurrency is. It is ready when all three numbers are the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provisioned {
    /// Environments that are wanted.
    pub requested: u32,
    /// Those that exist, whether initialised or still being so.
    pub allocated: u32,
    /// Those that are initialised, whether an invocation has them or not.
    pub available: u32,
    /// Why the last attempt at one more was in vain, until one succeeds. It is tried again, ever less often.
    pub failure: Option<ProvisioningFailure>,
}

/// Why there are fewer environments than are wanted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProvisioningFailure {
    /// The function's init has failed or taken too long, or its program has ended before anybody called. Its log says
    /// more.
    #[error("the function's initialization has failed")]
    FunctionInit,
    /// The environments would need more memory than the machine has to spare, or there are too many.
    #[error("the machine has no room for another environment")]
    NoRoom,
    /// The machine or the server has failed; the text may be shown to the caller.
    #[error("{0}")]
    Service(String),
}

impl From<InitFault> for ProvisioningFailure {
    fn from(fault: InitFault) -> Self {
        match fault {
            InitFault::Function => Self::FunctionInit,
            InitFault::Unavailable(Unavailable::NoRoom) => Self::NoRoom,
            InitFault::Unavailable(Unavailable::Failed(text)) => Self::Service(text),
            // Nothing is restored before anybody calls.
            InitFault::Unavailable(Unavailable::NotRestored { .. } | Unavailable::RestoreTimedOut { .. }) => {
                Self::FunctionInit
            }
        }
    }
}
