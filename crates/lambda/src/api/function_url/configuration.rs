//! A function URL as AWS describes it, and as callers ask for one.

use hob_storage::{FunctionUrlRecord, UrlAuthType, UrlCors, UrlInvokeMode};
use hob_types::FunctionArn;
use hob_wire::{AwsError, RequestContext};

use crate::api::shapes::{Cors, FunctionUrlConfig};
use crate::api::{Lambda, error};
use crate::function::Target;
use crate::function_url::FunctionUrlError;

/// What a request is about. A name that no function can have is answered as that of a function that is not there.
pub(super) fn target(
    context: &RequestContext,
    name: Option<&str>,
    qualifier: Option<&str>,
    missing: FunctionUrlError,
) -> Result<Target, AwsError> {
    let target = Lambda::target(context, name, qualifier);
    target.map_err(|error| error::target_or_missing(error, |_| missing.into()))
}

/// All that there is to say, with the invoke mode that holds where none was ever given.
pub(super) fn describe(function: &FunctionArn, url: &FunctionUrlRecord) -> FunctionUrlConfig {
    let arn = match &url.alias {
        Some(alias) => format!("{function}:{alias}"),
        None => function.to_string(),
    };
    FunctionUrlConfig {
        function_url: Some(format!("https://{}.lambda-url.{}.on.aws/", url.id, function.region)),
        function_arn: Some(arn),
        creation_time: Some(url.created.to_rfc3339()),
        last_modified_time: Some(url.last_modified.to_rfc3339()),
        cors: url.cors.as_ref().map(describe_cors),
        auth_type: Some(auth_type_name(url.auth_type).to_owned()),
        invoke_mode: Some(invoke_mode_name(url.invoke_mode.unwrap_or(UrlInvokeMode::Buffered)).to_owned()),
    }
}

fn describe_cors(cors: &UrlCors) -> Cors {
    Cors {
        allow_credentials: cors.allow_credentials,
        allow_headers: cors.allow_headers.clone(),
        allow_methods: cors.allow_methods.clone(),
        allow_origins: cors.allow_origins.clone(),
        expose_headers: cors.expose_headers.clone(),
        max_age: cors.max_age.map(u32::cast_signed),
    }
}

/// The model's ranges hold already.
pub(super) fn cors(given: Cors) -> UrlCors {
    UrlCors {
        allow_credentials: given.allow_credentials,
        allow_headers: given.allow_headers,
        allow_methods: given.allow_methods,
        allow_origins: given.allow_origins,
        expose_headers: given.expose_headers,
        max_age: given.max_age.map(i32::cast_unsigned),
    }
}

fn auth_type_name(auth_type: UrlAuthType) -> &'static str {
    match auth_type {
        UrlAuthType::None => "NONE",
        UrlAuthType::AwsIam => "AWS_IAM",
    }
}

/// The model admits no other name than these two.
pub(super) fn auth_type(name: &str) -> UrlAuthType {
    if name == "NONE" { UrlAuthType::None } else { UrlAuthType::AwsIam }
}

fn invoke_mode_name(mode: UrlInvokeMode) -> &'static str {
    match mode {
        UrlInvokeMode::Buffered => "BUFFERED",
        UrlInvokeMode::ResponseStream => "RESPONSE_STREAM",
    }
}

/// The model admits no other name than these two.
pub(super) fn invoke_mode(name: &str) -> UrlInvokeMode {
    if name == "RESPONSE_STREAM" { UrlInvokeMode::ResponseStream } else { UrlInvokeMode::Buffered }
}
