//! A function as AWS describes it.

use hob_storage::{
    Architecture, FunctionState, LastUpdate, SnapStart, TracingMode, VpcConfiguration, VpcState,
};
use hob_types::{LogFormat, Runtime, RuntimeVersion};

use crate::api::shapes;
use crate::function::{Description, log_group, vpc_id};

/// AWS writes the same reason for creations and for updates (recorded).
const IN_PROGRESS: (&str, &str) = ("The function is being created.", "Creating");

/// All that is known of a function. Its ARN has the qualifier that the caller gave, if any.
pub(in crate::api) fn describe(
    function: &Description<'_>,
    qualifier: Option<&str>,
) -> shapes::FunctionConfiguration {
    let mut shape = summarize(function, qualifier);
    let runtime = function.configuration.runtime.as_ref();
    shape.runtime_version_config = runtime.map(|runtime| shapes::RuntimeVersionConfig {
        runtime_version_arn: Some(RuntimeVersion::of(runtime).arn(&function.arn.region)),
        error: None,
    });
    describe_state(function, &mut shape);
    shape
}

/// What lists show: no states and no runtime version.
pub(in crate::api) fn summarize(
    function: &Description<'_>,
    qualifier: Option<&str>,
) -> shapes::FunctionConfiguration {
    let configuration = function.configuration;
    let arn = match qualifier {
        Some(qualifier) => format!("{}:{qualifier}", function.arn),
        None => function.arn.to_string(),
    };
    let signature = function.code.signature.as_ref();
    shapes::FunctionConfiguration {
        function_name: Some(function.arn.name.to_string()),
        function_arn: Some(arn),
        runtime: configuration.runtime.as_ref().map(Runtime::to_string),
        role: Some(configuration.role.clone()),
        handler: configuration.handler.clone(),
        code_size: Some(function.code.size.cast_signed()),
        description: Some(configuration.description.clone()),
        timeout: Some(configuration.timeout.get().cast_signed()),
        memory_size: Some(configuration.memory.get().cast_signed()),
        last_modified: Some(function.last_modified.to_lambda_string()),
        code_sha256: Some(function.code.sha256.to_base64()),
        version: Some(function.version.to_string()),
        vpc_config: vpc_config(&configuration.vpc),
        dead_letter_config: configuration
            .dead_letter_target
            .clone()
            .map(|arn| shapes::DeadLetterConfig { target_arn: Some(arn) }),
        environment: environment(function),
        layers: layers(function),
        tracing_config: Some(shapes::TracingConfigResponse {
            mode: Some(tracing_name(configuration.tracing).to_owned()),
        }),
        revision_id: Some(function.revision.to_string()),
        package_type: Some("Zip".to_owned()),
        architectures: Some(vec![architecture_name(configuration.architecture).to_owned()]),
        ephemeral_storage: Some(shapes::EphemeralStorage {
            size: Some(configuration.ephemeral_storage.get().cast_signed()),
        }),
        snap_start: Some(shapes::SnapStartResponse {
            apply_on: Some(snap_start_name(configuration.snap_start).to_owned()),
            optimization_status: Some(if function.optimized { "On" } else { "Off" }.to_owned()),
        }),
        logging_config: Some(logging_config(function)),
        signing_profile_version_arn: signature.map(|signature| signature.profile_version.clone()),
        signing_job_arn: signature.map(|signature| signature.job.clone()),
        ..Default::default()
    }
}

fn tracing_name(mode: TracingMode) -> &'static str {
    match mode {
        TracingMode::PassThrough => "PassThrough",
        TracingMode::Active => "Active",
    }
}

fn snap_start_name(snap_start: SnapStart) -> &'static str {
    match snap_start {
        SnapStart::None => "None",
        SnapStart::PublishedVersions => "PublishedVersions",
    }
}

/// `None`: no architecture that Lambda knows.
pub(in crate::api) fn parse_architecture(name: &str) -> Option<Architecture> {
    match name {
        "x86_64" => Some(Architecture::X86_64),
        "arm64" => Some(Architecture::Arm64),
        _ => None,
    }
}

pub(in crate::api) fn architecture_name(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::X86_64 => "x86_64",
        Architecture::Arm64 => "arm64",
    }
}

fn layers(function: &Description<'_>) -> Option<Vec<shapes::Layer>> {
    let layers = function.configuration.layers.iter().map(|layer| shapes::Layer {
        arn: Some(layer.arn.clone()),
        code_size: Some(layer.code.size.cast_signed()),
        ..Default::default()
    });
    Some(layers.collect()).filter(|layers: &Vec<_>| !layers.is_empty())
}

fn environment(function: &Description<'_>) -> Option<shapes::EnvironmentResponse> {
    let variables = &function.configuration.environment;
    (!variables.is_empty())
        .then(|| shapes::EnvironmentResponse { variables: Some(variables.clone()), error: None })
}

/// Only records in JSON have levels.
fn logging_config(function: &Description<'_>) -> shapes::LoggingConfig {
    let logging = function.configuration.logging;
    let json = logging.format == LogFormat::Json;
    shapes::LoggingConfig {
        log_format: Some(logging.format.to_string()),
        application_log_level: json.then(|| logging.application_level.to_string()),
        system_log_level: json.then(|| logging.system_level.to_string()),
        log_group: Some(log_group(&function.arn.name, function.configuration)),
    }
}

fn vpc_config(vpc: &VpcState) -> Option<shapes::VpcConfigResponse> {
    let (vpc, id) = match vpc {
        VpcState::Never => return None,
        VpcState::Detached => (VpcConfiguration::default(), String::new()),
        VpcState::Attached(vpc) => (vpc.clone(), vpc_id(&vpc.subnet_ids)),
    };
    Some(shapes::VpcConfigResponse {
        subnet_ids: Some(vpc.subnet_ids),
        security_group_ids: Some(vpc.security_group_ids),
        vpc_id: Some(id),
        ipv6_allowed_for_dual_stack: Some(vpc.ipv6_allowed_for_dual_stack),
    })
}

fn describe_state(function: &Description<'_>, shape: &mut shapes::FunctionConfiguration) {
    match function.state {
        FunctionState::Pending => {
            shape.state = Some("Pending".to_owned());
            shape.state_reason = Some(IN_PROGRESS.0.to_owned());
            shape.state_reason_code = Some(IN_PROGRESS.1.to_owned());
        }
        FunctionState::Failed { code, reason } => {
            shape.state = Some("Failed".to_owned());
            shape.state_reason = Some(reason.clone());
            shape.state_reason_code = Some(code.clone());
        }
        FunctionState::Active => {
            shape.state = Some("Active".to_owned());
            describe_last_update(function.last_update, shape);
        }
    }
}

fn describe_last_update(last_update: &LastUpdate, shape: &mut shapes::FunctionConfiguration) {
    let (status, reason) = match last_update {
        LastUpdate::Successful => ("Successful", None),
        LastUpdate::InProgress => ("InProgress", Some(IN_PROGRESS)),
        LastUpdate::Failed { code, reason } => ("Failed", Some((reason.as_str(), code.as_str()))),
    };
    shape.last_update_status = Some(status.to_owned());
    shape.last_update_status_reason = reason.map(|(reason, _)| reason.to_owned());
    shape.last_update_status_reason_code = reason.map(|(_, code)| code.to_owned());
}
