//! The only place that knows AWS's error codes and texts. Texts are recorded from AWS unless marked.

mod alias;
mod capacity;
mod configuration;
mod event;
mod event_invoke;
mod function_url;
mod layer;
mod mapping;
mod policy;
mod provisioned;
mod runtime_management;
mod signing;
mod signing_config;
mod source;
mod tag;
mod version;

use hob_invoke::{InvokeError, ThrottleReason};
use hob_storage::StorageError;
use hob_wire::AwsError;

pub(super) use self::alias::update_alias;
pub(super) use self::capacity::create_capacity_provider;
pub(super) use self::configuration::{
    image_config_for_zip, image_for_zip, no_execution_timeout, no_image, no_source, other_code_beside_zip,
    unusable_key, unusable_source_key, zip_members_for_image,
};
pub(super) use self::event_invoke::{event_invoke_config, event_invoke_function};
pub(super) use self::layer::{no_layer_source, other_content_beside_zip};
pub(super) use self::mapping::mapping_target;
pub(super) use self::policy::{delete_resource_policy, get_policy, no_such_resource, remove_permission};
pub(super) use self::provisioned::read_provisioned;
pub(super) use self::tag::not_taggable;
use crate::api::function::Unserved;
use crate::api::marker::InvalidMarker;
use crate::function::{
    CreateFunctionError, DeleteFunctionError, GetFunctionError, InvalidPayload, InvokeFunctionError,
    NotUpdatable, ReserveConcurrencyError, StorePackageError, TargetError, UpdateCodeError,
    UpdateConfigurationError, UpdateRefused,
};
use crate::package::{PackageError, UNZIPPED_SIZE_LIMIT, ZIPPED_SIZE_LIMIT};

pub(in crate::api) fn invalid_parameter(message: impl Into<String>) -> AwsError {
    AwsError::new("InvalidParameterValueException", message.into())
}

/// Hob's own: AWS has no such operation.
pub(in crate::api) fn invalid_usage_query(message: String) -> AwsError {
    invalid_parameter(message).with_status(400)
}

/// Hob's own.
pub(in crate::api) fn unreadable_usage(error: impl std::error::Error) -> AwsError {
    tracing::error!(%error, "what functions have used cannot be read");
    service("What functions have used cannot be read.").with_status(500)
}

pub(in crate::api) fn conflict(message: impl Into<String>) -> AwsError {
    AwsError::new("ResourceConflictException", message.into())
}

pub(in crate::api) fn function_not_found(arn: &str) -> AwsError {
    AwsError::new("ResourceNotFoundException", format!("Function not found: {arn}"))
}

/// What went wrong is the server's affair; its log says it in full.
pub(in crate::api) fn service(message: impl Into<String>) -> AwsError {
    AwsError::new("ServiceException", message.into())
}

pub(in crate::api) fn invalid_request_content(message: impl Into<String>) -> AwsError {
    AwsError::new("InvalidRequestContentException", message.into())
}

/// The model's words; not recorded.
pub(in crate::api) fn unsupported_media_type() -> AwsError {
    AwsError::new("UnsupportedMediaTypeException", "The content type of the Invoke request body is not JSON.")
}

/// Not recorded.
pub(in crate::api) fn invalid_client_context() -> AwsError {
    invalid_request_content("Client context must be a valid Base64-encoded JSON object.")
}

/// Not recorded.
pub(in crate::api) fn client_context_too_long(max: usize) -> AwsError {
    invalid_request_content(format!("Client context must be no longer than {max} bytes."))
}

/// CreateFunction says differently what the others answer as "not found".
pub(in crate::api) fn create_target(error: TargetError) -> AwsError {
    match error {
        TargetError::NameTooLong { given, .. } => invalid_parameter(format!(
            "1 validation error detected: Value '{given}' at 'functionName' failed to satisfy constraint: \
             Member must have length less than or equal to 64"
        )),
        error => error.into(),
    }
}

/// Invoke and PutFunctionConcurrency name `$LATEST` where no qualifier was given.
pub(in crate::api) fn latest_target(error: TargetError) -> AwsError {
    target_or_missing(error, |arn| function_not_found(&format!("{arn}:$LATEST")))
}

/// Where an operation has an answer of its own for what no function can be called. `missing` gets the ARN that the
/// function would have.
pub(in crate::api) fn target_or_missing(
    error: TargetError,
    missing: impl FnOnce(String) -> AwsError,
) -> AwsError {
    match error {
        TargetError::NoSuchName { arn } | TargetError::NameTooLong { arn, .. } => missing(arn),
        error => error.into(),
    }
}

impl From<TargetError> for AwsError {
    fn from(error: TargetError) -> Self {
        match error {
            TargetError::NoSuchName { arn } | TargetError::NameTooLong { arn, .. } => {
                function_not_found(&arn)
            }
            TargetError::OtherRegion { asked, here } => Self::new(
                "ResourceNotFoundException",
                format!("Functions from '{asked}' are not reachable in this region ('{here}')"),
            ),
            TargetError::OtherAccount => {
                let mut denied = Self::new("AccessDeniedException", "").without_type();
                denied.message = None;
                denied
            }
            TargetError::QualifierMismatch => invalid_parameter(
                "The derived qualifier from the function name does not match the specified qualifier.",
            ),
        }
    }
}

impl From<Unserved> for AwsError {
    fn from(Unserved(member): Unserved) -> Self {
        invalid_parameter(format!("{member} is not served by Hob yet."))
    }
}

impl From<InvalidMarker> for AwsError {
    /// AWS's text is unknown.
    fn from(_: InvalidMarker) -> Self {
        invalid_parameter("Invalid Marker.")
    }
}

pub(in crate::api) fn storage(error: &StorageError) -> AwsError {
    tracing::error!(%error, "a store failed");
    match error {
        StorageError::DiskFull => service("The server's disk is full; nothing was changed."),
        StorageError::Io(_) | StorageError::Closed(_) | StorageError::Database(_) => {
            service("An error occurred and the request cannot be processed.")
        }
    }
}

impl From<PackageError> for AwsError {
    fn from(error: PackageError) -> Self {
        match error {
            PackageError::ZippedTooLarge(_) => Self::new(
                "RequestEntityTooLargeException",
                format!("Zipped size must be smaller than {ZIPPED_SIZE_LIMIT} bytes"),
            )
            .without_type(),
            PackageError::UnzippedTooLarge => {
                invalid_parameter(format!("Unzipped size must be smaller than {UNZIPPED_SIZE_LIMIT} bytes"))
            }
            // Reported by several users; not recorded.
            PackageError::Empty => invalid_parameter("Uploaded file must be a non-empty zip"),
            PackageError::Malformed(reason) => {
                tracing::debug!(%reason, "a package was refused");
                invalid_parameter(
                    "Could not unzip uploaded file. Please check your file, then try to upload again.",
                )
            }
        }
    }
}

/// Reported by several users; not recorded.
fn code_storage_exceeded() -> AwsError {
    AwsError::new("CodeStorageExceededException", "Code storage limit exceeded.")
}

/// The caller has seen another revision.
fn revision_mismatch() -> AwsError {
    revision_mismatch_of("GetFunction/GetAlias")
}

/// `getter` is the operation that tells the revision.
fn revision_mismatch_of(getter: &str) -> AwsError {
    AwsError::new(
        "PreconditionFailedException",
        format!(
            "The Revision Id provided does not match the latest Revision Id. Call the {getter} API to retrieve \
             the latest Revision Id"
        ),
    )
}

/// Reported by several users; not recorded.
pub(in crate::api) fn no_capacity_provider() -> AwsError {
    AwsError::new(
        "AccessDeniedException",
        "The function provided by the arn does not contain a capacity provider configuration",
    )
}

/// Hob's own: what there is only for functions on a capacity provider.
pub(in crate::api) fn no_managed_instances(member: &str) -> AwsError {
    invalid_parameter(format!("{member} is for functions on capacity providers, which Hob does not run."))
}

impl From<StorePackageError> for AwsError {
    fn from(error: StorePackageError) -> Self {
        match error {
            StorePackageError::Package(error) => error.into(),
            StorePackageError::Signature(error) => error.into(),
            StorePackageError::Storage(error) => storage(&error),
        }
    }
}

impl From<CreateFunctionError> for AwsError {
    fn from(error: CreateFunctionError) -> Self {
        match error {
            CreateFunctionError::Exists(name) => conflict(format!("Function already exist: {name}")),
            CreateFunctionError::RuntimeOrHandlerMissing => invalid_parameter(
                "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
            ),
            CreateFunctionError::Tags(error) => error.into(),
            CreateFunctionError::Configuration(error) => error.into(),
            CreateFunctionError::Layers(error) => error.into(),
            CreateFunctionError::Demand(error) => error.into(),
            CreateFunctionError::Fetch(error) => error.into(),
            CreateFunctionError::Package(error) => error.into(),
            CreateFunctionError::CodeStorageExceeded => code_storage_exceeded(),
            CreateFunctionError::Storage(error) => storage(&error),
        }
    }
}

impl From<GetFunctionError> for AwsError {
    fn from(error: GetFunctionError) -> Self {
        match error {
            GetFunctionError::NotFound(arn) => function_not_found(&arn),
            GetFunctionError::Storage(error) => storage(&error),
        }
    }
}

impl From<UpdateRefused> for AwsError {
    fn from(error: UpdateRefused) -> Self {
        match error {
            UpdateRefused::NotActive(state) => not_active(state),
            UpdateRefused::InProgress(arn) => conflict(format!(
                "The operation cannot be performed at this time. An update is in progress for resource: {arn}"
            )),
            UpdateRefused::RevisionMismatch => revision_mismatch(),
        }
    }
}

pub(in crate::api) fn not_active(state: &str) -> AwsError {
    conflict(format!(
        "The operation cannot be performed at this time. The function is currently in the following state: {state}"
    ))
}

impl From<NotUpdatable> for AwsError {
    fn from(error: NotUpdatable) -> Self {
        match error {
            NotUpdatable::Get(error) => error.into(),
            NotUpdatable::Refused(error) => error.into(),
        }
    }
}

impl From<UpdateCodeError> for AwsError {
    fn from(error: UpdateCodeError) -> Self {
        match error {
            UpdateCodeError::Get(error) => error.into(),
            UpdateCodeError::Refused(error) => error.into(),
            UpdateCodeError::Layers(error) => error.into(),
            UpdateCodeError::Demand(error) => error.into(),
            UpdateCodeError::Fetch(error) => error.into(),
            UpdateCodeError::Package(error) => error.into(),
            UpdateCodeError::CodeStorageExceeded => code_storage_exceeded(),
            UpdateCodeError::Storage(error) => storage(&error),
        }
    }
}

impl From<UpdateConfigurationError> for AwsError {
    fn from(error: UpdateConfigurationError) -> Self {
        match error {
            UpdateConfigurationError::Get(error) => error.into(),
            UpdateConfigurationError::Refused(error) => error.into(),
            UpdateConfigurationError::Configuration(error) => error.into(),
            UpdateConfigurationError::Layers(error) => error.into(),
            UpdateConfigurationError::Demand(error) => error.into(),
            UpdateConfigurationError::Package(error) => error.into(),
            UpdateConfigurationError::Storage(error) => storage(&error),
        }
    }
}

impl From<DeleteFunctionError> for AwsError {
    fn from(error: DeleteFunctionError) -> Self {
        match error {
            DeleteFunctionError::NotFound(arn) => function_not_found(&arn.to_string()),
            DeleteFunctionError::LatestAlone => {
                invalid_parameter("$LATEST version cannot be deleted without deleting the function.")
            }
            DeleteFunctionError::Alias => {
                invalid_parameter("Deletion of aliases is not currently supported.")
            }
            DeleteFunctionError::Version(error) => error.into(),
            DeleteFunctionError::Storage(error) => storage(&error),
        }
    }
}

impl From<ReserveConcurrencyError> for AwsError {
    fn from(error: ReserveConcurrencyError) -> Self {
        match error {
            ReserveConcurrencyError::NotFound(arn) => function_not_found(&arn.to_string()),
            ReserveConcurrencyError::Qualified => invalid_parameter(
                "This operation is permitted on Lambda functions only. Aliases and versions do not support this \
                 operation. Please specify either a function name or an unqualified function ARN.",
            ),
            // The blanks are AWS's.
            ReserveConcurrencyError::BelowProvisioned { reserved, provisioned } => invalid_parameter(format!(
                " ReservedConcurrentExecutions  {reserved} should not be lower than function's total provisioned \
                 concurrency [{provisioned}]."
            ))
            .without_type(),
            ReserveConcurrencyError::TooMuch { unreserved_min } => invalid_parameter(format!(
                "Specified ReservedConcurrentExecutions for function decreases account's \
                 UnreservedConcurrentExecution below its minimum value of [{unreserved_min}]."
            ))
            .without_type(),
            ReserveConcurrencyError::Storage(error) => storage(&error),
        }
    }
}

/// PutFunctionConcurrency names `$LATEST` where the others do not.
pub(in crate::api) fn put_concurrency(error: ReserveConcurrencyError) -> AwsError {
    match error {
        ReserveConcurrencyError::NotFound(arn) => function_not_found(&format!("{arn}:$LATEST")),
        error => error.into(),
    }
}

impl From<InvalidPayload> for AwsError {
    fn from(InvalidPayload { problem, line, column }: InvalidPayload) -> Self {
        invalid_request_content(format!(
            "Could not parse request body into json: Could not parse payload into json: {problem}\n at \
             [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: {line}, \
             column: {column}]"
        ))
    }
}

impl From<InvokeFunctionError> for AwsError {
    fn from(error: InvokeFunctionError) -> Self {
        match error {
            InvokeFunctionError::NotFound(arn) => function_not_found(&arn),
            InvokeFunctionError::NotActive(state) => not_active(state),
            InvokeFunctionError::Recursive => recursive(),
            InvokeFunctionError::Payload(error) => error.into(),
            InvokeFunctionError::Package(error) => error.into(),
            InvokeFunctionError::Storage(error) => storage(&error),
            InvokeFunctionError::Invoke(InvokeError::Throttled(reason)) => throttled(reason),
            InvokeFunctionError::Invoke(InvokeError::Service(message)) => service(message),
            InvokeFunctionError::Invoke(error @ InvokeError::NotRestored { .. }) => {
                AwsError::new("SnapStartException", error.to_string())
            }
            InvokeFunctionError::Invoke(error @ InvokeError::RestoreTimedOut { .. }) => {
                AwsError::new("SnapStartTimeoutException", error.to_string())
            }
        }
    }
}

/// The model's words; not recorded.
fn recursive() -> AwsError {
    AwsError::new(
        "RecursiveInvocationException",
        "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services \
         resources and stopped your function's invocation.",
    )
}

fn throttled(reason: ThrottleReason) -> AwsError {
    let reason = match reason {
        ThrottleReason::ConcurrentInvocationLimitExceeded => "ConcurrentInvocationLimitExceeded",
        ThrottleReason::ReservedFunctionConcurrentInvocationLimitExceeded => {
            "ReservedFunctionConcurrentInvocationLimitExceeded"
        }
        ThrottleReason::FunctionInvocationRateLimitExceeded => "FunctionInvocationRateLimitExceeded",
        ThrottleReason::ReservedFunctionInvocationRateLimitExceeded => {
            "ReservedFunctionInvocationRateLimitExceeded"
        }
    };
    too_many_requests("Rate Exceeded.", reason)
}

/// The API is called too often.
pub(super) fn rate_exceeded() -> AwsError {
    too_many_requests("Rate exceeded", "CallerRateLimitExceeded")
}

fn too_many_requests(message: &'static str, reason: &str) -> AwsError {
    AwsError::new("TooManyRequestsException", message)
        .with_member("Reason", reason)
        // AWS's value is unknown.
        .with_header("Retry-After", "1")
}
