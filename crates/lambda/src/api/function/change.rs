//! The members that CreateFunction and UpdateFunctionConfiguration share, as the rules know them. The model's ranges
//! and patterns hold already; a structure that is given replaces all that it is about.

use std::collections::BTreeMap;
use std::str::FromStr;

use hob_storage::{SnapStart, TracingMode, VpcConfiguration};
use hob_wire::AwsError;

use crate::api::error::invalid_parameter;
use crate::api::shapes;
use crate::function::LoggingChange;

/// Takes the members out of a request, whose role is somewhere else for either.
macro_rules! configuration_change {
    ($input:ident, role: $role:expr) => {
        crate::function::ConfigurationChange {
            runtime: $input.runtime,
            handler: $input.handler,
            role: $role,
            description: $input.description,
            memory: crate::api::request::memory($input.memory_size)?,
            timeout: crate::api::request::timeout($input.timeout)?,
            ephemeral_storage: crate::api::request::ephemeral_storage($input.ephemeral_storage)?,
            environment: $input.environment.map(super::change::variables),
            logging: $input.logging_config.map(super::change::logging).transpose()?,
            dead_letter_target: $input.dead_letter_config.map(super::change::dead_letter_target),
            tracing: $input.tracing_config.map(super::change::tracing),
            snap_start: $input.snap_start.map(super::change::snap_start),
            vpc: $input.vpc_config.map(super::change::vpc),
            access_point: $input.file_system_configs.and_then(super::change::access_point),
        }
    };
}
pub(super) use configuration_change;

pub(super) fn variables(environment: shapes::Environment) -> BTreeMap<String, String> {
    environment.variables.unwrap_or_default()
}

pub(super) fn logging(logging: shapes::LoggingConfig) -> Result<LoggingChange, AwsError> {
    Ok(LoggingChange {
        format: parsed("LogFormat", logging.log_format)?.unwrap_or_default(),
        application_level: parsed("ApplicationLogLevel", logging.application_log_level)?,
        system_level: parsed("SystemLogLevel", logging.system_log_level)?,
        group: logging.log_group,
    })
}

/// An empty ARN is none.
pub(super) fn dead_letter_target(config: shapes::DeadLetterConfig) -> Option<String> {
    config.target_arn.filter(|arn| !arn.is_empty())
}

pub(super) fn tracing(config: shapes::TracingConfig) -> TracingMode {
    match config.mode.as_deref() {
        Some("Active") => TracingMode::Active,
        _ => TracingMode::PassThrough,
    }
}

pub(super) fn snap_start(config: shapes::SnapStart) -> SnapStart {
    match config.apply_on.as_deref() {
        Some("PublishedVersions") => SnapStart::PublishedVersions,
        _ => SnapStart::None,
    }
}

pub(super) fn vpc(config: shapes::VpcConfig) -> VpcConfiguration {
    VpcConfiguration {
        subnet_ids: config.subnet_ids.unwrap_or_default(),
        security_group_ids: config.security_group_ids.unwrap_or_default(),
        ipv6_allowed_for_dual_stack: config.ipv6_allowed_for_dual_stack.unwrap_or_default(),
    }
}

/// The model allows one.
pub(super) fn access_point(configs: Vec<shapes::FileSystemConfig>) -> Option<String> {
    configs.into_iter().next().and_then(|config| config.arn)
}

fn parsed<T: FromStr>(member: &str, name: Option<String>) -> Result<Option<T>, AwsError>
where
    T::Err: std::fmt::Display,
{
    let value = name.map(|name| name.parse()).transpose();
    value.map_err(|error: T::Err| invalid_parameter(format!("{member}: {error}.")))
}
