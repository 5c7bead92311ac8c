//! The environment variables that a function finds.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::SocketAddr;

use hob_environment::LogStreamName;
use hob_runtimes::RuntimeLaunch;
use hob_types::{LogFormat, LoggingConfiguration, RuntimeFamily};

use crate::{FunctionVersion, SessionKeys};
use hob_environment::Initialization;

/// What the variables are made of.
pub(crate) struct Sources<'a> {
    pub version: &'a FunctionVersion,
    pub launch: &'a RuntimeLaunch,
    pub initialization: Initialization,
    pub keys: &'a SessionKeys,
    pub log_stream: &'a LogStreamName,
    pub runtime_api: SocketAddr,
    pub aws_endpoint: SocketAddr,
}

/// Where several sources set a variable the last wins: defaults that the user may replace, the user's own, the
/// runtime's, and then those that AWS reserves.
pub(crate) fn variables(sources: &Sources<'_>) -> Vec<(OsString, OsString)> {
    let mut variables = BTreeMap::new();
    variables.extend(defaults(sources.aws_endpoint));
    variables.extend(sources.version.environment.clone());
    variables.extend(sources.launch.environment.iter().cloned());
    variables.extend(reserved(sources));
    variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
}

/// Values recorded from AWS, and the endpoint that SDKs find Hob by.
fn defaults(aws_endpoint: SocketAddr) -> impl Iterator<Item = (String, String)> {
    let fixed = [
        ("LANG", "en_US.UTF-8"),
        ("TZ", ":UTC"),
        ("PATH", "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin"),
        (
            "LD_LIBRARY_PATH",
            "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
        ),
        ("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"),
        ("AWS_XRAY_DAEMON_ADDRESS", "169.254.100.1:2000"),
        ("_AWS_XRAY_DAEMON_ADDRESS", "169.254.100.1"),
        ("_AWS_XRAY_DAEMON_PORT", "2000"),
    ];
    let endpoint = ("AWS_ENDPOINT_URL".to_owned(), format!("http://{aws_endpoint}"));
    fixed.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).chain([endpoint])
}

fn reserved(sources: &Sources<'_>) -> impl Iterator<Item = (String, String)> {
    let Sources { version, keys, log_stream, .. } = sources;
    let region = version.arn.region.as_str();
    let fixed = [
        ("AWS_ACCESS_KEY_ID", keys.access_key_id.clone()),
        ("AWS_SECRET_ACCESS_KEY", keys.secret_access_key.clone()),
        ("AWS_SESSION_TOKEN", keys.session_token.clone()),
        ("_HANDLER", version.handler.clone()),
        ("LAMBDA_TASK_ROOT", "/var/task".to_owned()),
        ("LAMBDA_RUNTIME_DIR", "/var/runtime".to_owned()),
        ("AWS_REGION", region.to_owned()),
        ("AWS_DEFAULT_REGION", region.to_owned()),
        ("AWS_LAMBDA_FUNCTION_NAME", version.arn.name.to_string()),
        ("AWS_LAMBDA_FUNCTION_VERSION", version.version.to_string()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", version.memory.to_string()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", sources.initialization.name().to_owned()),
        ("AWS_LAMBDA_LOG_FORMAT", version.logging.format.to_string()),
        ("AWS_LAMBDA_RUNTIME_API", sources.runtime_api.to_string()),
    ];
    let log = [
        ("AWS_LAMBDA_LOG_GROUP_NAME", log_stream.group.clone()),
        ("AWS_LAMBDA_LOG_STREAM_NAME", log_stream.stream.clone()),
    ];
    let log = log.into_iter().filter(|_| sources.initialization != Initialization::SnapStart);
    let fixed = fixed.into_iter().chain(log).map(|(name, value)| (name.to_owned(), value));
    let sometimes =
        [("AWS_EXECUTION_ENV", execution_env(version)), ("AWS_LAMBDA_LOG_LEVEL", log_level(version))];
    let sometimes = sometimes.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    fixed.chain(sometimes)
}

/// Absent where logs have no levels.
fn log_level(version: &FunctionVersion) -> Option<String> {
    let LoggingConfiguration { format, application_level, .. } = version.logging;
    (format == LogFormat::Json).then(|| application_level.to_string())
}

/// Absent where the package brings its own runtime.
fn execution_env(version: &FunctionVersion) -> Option<String> {
    let runtime = version.runtime.as_ref()?;
    (runtime.family() != RuntimeFamily::Provided).then(|| format!("AWS_Lambda_{runtime}"))
}
