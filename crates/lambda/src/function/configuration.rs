//! What the user may configure, and the rules that hold across it.

use std::collections::BTreeMap;

use hob_storage::{FunctionConfiguration, SnapStart, TracingMode, VpcConfiguration, VpcState};
use hob_types::{EphemeralStorageMib, MemoryMib, Runtime, TimeoutSeconds};

use super::dead_letter::{DeadLetterError, check_dead_letter_target};
use super::environment::{EnvironmentError, check_environment};
use super::logging::{LevelOfText, LoggingChange};
use super::runtime::{RuntimeError, check_runtime};
use super::snap_start::{SnapStartError, check_snap_start};
use super::vpc::{HalfVpc, attach};

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
    pub(crate) logging: Option<LoggingChange>,
    /// `Some(None)`: none any more.
    pub(crate) dead_letter_target: Option<Option<String>>,
    pub(crate) tracing: Option<TracingMode>,
    pub(crate) snap_start: Option<SnapStart>,
    /// Empty lists detach the function.
    pub(crate) vpc: Option<VpcConfiguration>,
    /// The ARN of a file system's access point.
    pub(crate) access_point: Option<String>,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ConfigurationError {
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    #[error(transparent)]
    Logging(#[from] LevelOfText),
    #[error(transparent)]
    DeadLetter(#[from] DeadLetterError),
    #[error(transparent)]
    SnapStart(#[from] SnapStartError),
    #[error(transparent)]
    Vpc(#[from] HalfVpc),
    #[error("{0} is reached from within a VPC")]
    AccessPointWithoutVpc(String),
    /// There are no file systems yet.
    #[error("there is no access point {0}")]
    NoAccessPoint(String),
}

impl ConfigurationChange {
    /// The configuration with all that is wanted, if it may be so.
    pub(crate) fn applied_to(
        self,
        mut configuration: FunctionConfiguration,
    ) -> Result<FunctionConfiguration, ConfigurationError> {
        self.check()?;
        set(&mut configuration.runtime, self.runtime.map(|runtime| Some(Runtime::new(runtime))));
        set(&mut configuration.handler, self.handler.map(Some));
        set(&mut configuration.role, self.role);
        set(&mut configuration.description, self.description);
        set(&mut configuration.memory, self.memory);
        set(&mut configuration.timeout, self.timeout);
        set(&mut configuration.ephemeral_storage, self.ephemeral_storage);
        set(&mut configuration.environment, self.environment);
        set(&mut configuration.dead_letter_target, self.dead_letter_target);
        set(&mut configuration.tracing, self.tracing);
        set(&mut configuration.snap_start, self.snap_start);
        if let Some(logging) = self.logging {
            configuration.logging = logging.configuration()?;
            configuration.log_group = logging.group;
        }
        if let Some(vpc) = self.vpc {
            configuration.vpc = attach(&configuration.vpc, vpc)?;
        }
        check_access_point(self.access_point, &configuration.vpc)?;
        check_snap_start(&configuration)?;
        Ok(configuration)
    }

    /// What can be said of the change alone.
    fn check(&self) -> Result<(), ConfigurationError> {
        if let Some(runtime) = &self.runtime {
            check_runtime(runtime)?;
        }
        if let Some(variables) = &self.environment {
            check_environment(variables)?;
        }
        if let Some(Some(target)) = &self.dead_letter_target {
            check_dead_letter_target(target)?;
        }
        Ok(())
    }
}

fn set<T>(field: &mut T, change: Option<T>) {
    if let Some(value) = change {
        *field = value;
    }
}

fn check_access_point(access_point: Option<String>, vpc: &VpcState) -> Result<(), ConfigurationError> {
    match (access_point, vpc) {
        (None, _) => Ok(()),
        (Some(arn), VpcState::Attached(_)) => Err(ConfigurationError::NoAccessPoint(arn)),
        (Some(arn), VpcState::Never | VpcState::Detached) => {
            Err(ConfigurationError::AccessPointWithoutVpc(arn))
        }
    }
}
