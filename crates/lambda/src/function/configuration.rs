//! What the user may configure, and the rules that hold across it.

use std::collections::BTreeMap;

use hob_storage::FunctionConfiguration;
use hob_types::{EphemeralStorageMib, MemoryMib, Runtime, TimeoutSeconds};

use super::environment::{EnvironmentError, check_environment};
use super::runtime::{RuntimeError, check_runtime};

/// What a caller wants to set; what is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ConfigurationChange {
    pub(crate) runtime: Option<String>,
    pub(crate) handler: Option<String>,
    pub(crate) role: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) memory: Option<MemoryMib>,
    pub(crate) timeout: Option<TimeoutSeconds>,
    pub(crate) ephemeral_storage: Option<EphemeralStorageMib>,
    /// Replaces all variables.
    pub(crate) environment: Option<BTreeMap<String, String>>,
    /// `Some(None)`: back to the default one.
    pub(crate) log_group: Option<Option<String>>,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ConfigurationError {
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
}

impl ConfigurationChange {
    /// Call before anything is changed: [`apply`](Self::apply) no longer refuses.
    pub(crate) fn check(&self) -> Result<(), ConfigurationError> {
        if let Some(runtime) = &self.runtime {
            check_runtime(runtime)?;
        }
        if let Some(variables) = &self.environment {
            check_environment(variables)?;
        }
        Ok(())
    }

    pub(crate) fn apply(self, configuration: &mut FunctionConfiguration) {
        fn set<T>(field: &mut T, change: Option<T>) {
            if let Some(value) = change {
                *field = value;
            }
        }
        set(&mut configuration.runtime, self.runtime.map(|runtime| Some(Runtime::new(runtime))));
        set(&mut configuration.handler, self.handler.map(Some));
        set(&mut configuration.role, self.role);
        set(&mut configuration.description, self.description);
        set(&mut configuration.memory, self.memory);
        set(&mut configuration.timeout, self.timeout);
        set(&mut configuration.ephemeral_storage, self.ephemeral_storage);
        set(&mut configuration.environment, self.environment);
        set(&mut configuration.log_group, self.log_group);
    }
}
