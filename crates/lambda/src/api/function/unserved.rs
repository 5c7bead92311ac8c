//! Members of requests that Hob cannot honour yet. It says so, rather than to pretend; values that mean "nothing"
//! are fine.

use crate::api::shapes::{
    CreateFunctionRequest, DeadLetterConfig, ImageConfig, InvocationRequest, LoggingConfig, SnapStart,
    TracingConfig, UpdateFunctionCodeRequest, UpdateFunctionConfigurationRequest, VpcConfig,
};

/// A member, as AWS's documentation names it, that was used.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::api) struct Unserved(pub(in crate::api) &'static str);

/// Each member with whether the request uses it.
type Uses = [(&'static str, bool)];

fn refuse_first(uses: &Uses) -> Result<(), Unserved> {
    match uses.iter().find(|(_, used)| *used) {
        Some((member, _)) => Err(Unserved(member)),
        None => Ok(()),
    }
}

/// The members that CreateFunction and UpdateFunctionConfiguration have in common.
macro_rules! configuration_uses {
    ($input:ident) => {
        [
            ("VpcConfig", uses_vpc($input.vpc_config.as_ref())),
            ("DeadLetterConfig", uses_dead_letters($input.dead_letter_config.as_ref())),
            ("KMSKeyArn", is_text($input.kms_key_arn.as_ref())),
            ("TracingConfig.Mode Active", uses_tracing($input.tracing_config.as_ref())),
            ("Layers", is_list($input.layers.as_ref())),
            ("FileSystemConfigs", is_list($input.file_system_configs.as_ref())),
            ("ImageConfig", uses_image_config($input.image_config.as_ref())),
            ("SnapStart.ApplyOn PublishedVersions", uses_snap_start($input.snap_start.as_ref())),
            ("CapacityProviderConfig", $input.capacity_provider_config.is_some()),
            ("DurableConfig", $input.durable_config.is_some()),
            ("RuntimeConfig", $input.runtime_config.is_some()),
            ("AcceleratorConfig", $input.accelerator_config.is_some()),
        ]
    };
}

pub(in crate::api) fn check_create(input: &CreateFunctionRequest) -> Result<(), Unserved> {
    let code = input.code.as_ref();
    refuse_first(&[
        ("PackageType Image", input.package_type.as_deref() == Some("Image")),
        ("Code.ImageUri", code.is_some_and(|code| is_text(code.image_uri.as_ref()))),
        ("Code.S3Bucket", code.is_some_and(|code| is_text(code.s3_bucket.as_ref()))),
        ("Code.SourceKMSKeyArn", code.is_some_and(|code| is_text(code.source_kms_key_arn.as_ref()))),
        ("PublishTo", input.publish_to.is_some()),
        ("TenancyConfig", input.tenancy_config.is_some()),
    ])?;
    refuse_first(&configuration_uses!(input))?;
    check_logging(input.logging_config.as_ref())
}

pub(in crate::api) fn check_update_configuration(
    input: &UpdateFunctionConfigurationRequest,
) -> Result<(), Unserved> {
    refuse_first(&configuration_uses!(input))?;
    check_logging(input.logging_config.as_ref())
}

pub(in crate::api) fn check_update_code(input: &UpdateFunctionCodeRequest) -> Result<(), Unserved> {
    refuse_first(&[
        ("S3Bucket", is_text(input.s3_bucket.as_ref())),
        ("SourceKMSKeyArn", is_text(input.source_kms_key_arn.as_ref())),
        ("PublishTo", input.publish_to.is_some()),
    ])
}

pub(in crate::api) fn check_invoke(input: &InvocationRequest) -> Result<(), Unserved> {
    refuse_first(&[
        ("InvocationType Event", input.invocation_type.as_deref() == Some("Event")),
        ("TenantId", input.tenant_id.is_some()),
        ("DurableExecutionName", input.durable_execution_name.is_some()),
    ])
}

fn check_logging(logging: Option<&LoggingConfig>) -> Result<(), Unserved> {
    let Some(logging) = logging else { return Ok(()) };
    refuse_first(&[
        ("LoggingConfig.LogFormat JSON", logging.log_format.as_deref() == Some("JSON")),
        ("LoggingConfig.ApplicationLogLevel", logging.application_log_level.is_some()),
        ("LoggingConfig.SystemLogLevel", logging.system_log_level.is_some()),
    ])
}

fn is_text(text: Option<&String>) -> bool {
    text.is_some_and(|text| !text.is_empty())
}

fn is_list<T>(list: Option<&Vec<T>>) -> bool {
    list.is_some_and(|list| !list.is_empty())
}

fn uses_vpc(vpc: Option<&VpcConfig>) -> bool {
    vpc.is_some_and(|vpc| is_list(vpc.subnet_ids.as_ref()) || is_list(vpc.security_group_ids.as_ref()))
}

fn uses_dead_letters(config: Option<&DeadLetterConfig>) -> bool {
    config.is_some_and(|config| is_text(config.target_arn.as_ref()))
}

fn uses_tracing(config: Option<&TracingConfig>) -> bool {
    config.is_some_and(|config| config.mode.as_deref() == Some("Active"))
}

fn uses_snap_start(config: Option<&SnapStart>) -> bool {
    config.is_some_and(|config| config.apply_on.as_deref() == Some("PublishedVersions"))
}

fn uses_image_config(config: Option<&ImageConfig>) -> bool {
    config.is_some_and(|config| {
        is_list(config.entry_point.as_ref())
            || is_list(config.command.as_ref())
            || is_text(config.working_directory.as_ref())
    })
}
