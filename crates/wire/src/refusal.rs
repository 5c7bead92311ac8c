//! What a request is told that reaches no handler.

use crate::body::BodyError;
use crate::error::AwsError;
use crate::guard::Forbidden;
use crate::schema::{Model, OperationModel, ProtocolName};
use crate::stream::StreamError;

pub(crate) fn forbidden(forbidden: &Forbidden) -> AwsError {
    AwsError::new("AccessDeniedException", forbidden.to_string()).with_status(403)
}

/// What the server says of itself is its operator's business.
pub(crate) fn not_for_functions() -> AwsError {
    AwsError::new("AccessDeniedException", "Functions may not ask this.").with_status(403)
}

pub(crate) fn only_get(path: &str) -> AwsError {
    AwsError::new("MethodNotAllowedException", format!("{path} answers GET only.")).with_status(405)
}

pub(crate) fn panicked(protocol: ProtocolName) -> AwsError {
    let code = if protocol == ProtocolName::RestXml { "InternalError" } else { "InternalFailure" };
    AwsError::new(code, "The server has a fault; its log says more.").with_status(500)
}

pub(crate) fn no_service(wanted: Option<&str>) -> AwsError {
    match wanted {
        Some(name) => AwsError::new("NotImplementedException", format!("Hob does not serve {name} yet."))
            .with_status(501),
        None => AwsError::new(
            "UnknownOperationException",
            "This is a Hob server, which speaks AWS's API; the request names no service of it.",
        )
        .with_status(404),
    }
}

pub(crate) fn too_large(operation: &OperationModel) -> AwsError {
    let (limit, name) = (operation.body_limit, operation.body_limit_name);
    AwsError::new(
        "RequestEntityTooLargeException",
        format!("Request must be smaller than {limit} bytes for the {name} operation"),
    )
    .with_status(413)
}

/// What a stream that broke is answered, whatever its service.
impl From<StreamError> for AwsError {
    fn from(error: StreamError) -> Self {
        match error {
            StreamError::Incomplete => {
                let text =
                    "You did not provide the number of bytes specified by the Content-Length HTTP header";
                Self::new("IncompleteBody", text)
            }
            StreamError::Stalled => Self::new(
                "RequestTimeout",
                "Your socket connection to the server was not read from or written to within the timeout \
                 period. Idle connections will be closed.",
            ),
            StreamError::TooLarge => Self::new(
                "EntityTooLarge",
                "Your proposed upload exceeds the maximum allowed size",
            ),
            StreamError::Malformed(text) => Self::new("InvalidRequest", text),
            StreamError::WrongSignature => Self::new(
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. Check your key \
                 and signing method.",
            )
            .with_status(403),
            StreamError::WrongHash { declared, computed } => {
                let text = "The provided 'x-amz-content-sha256' header does not match what was computed.";
                Self::new("XAmzContentSHA256Mismatch", text)
                    .with_member("ClientComputedContentSHA256", declared)
                    .with_member("S3ComputedContentSHA256", computed)
            }
            StreamError::Source(_) => Self::new(
                "InternalError",
                "We encountered an internal error. Please try again.",
            )
            .with_status(500),
        }
    }
}

/// Of a document.
pub(crate) fn too_large_message(limit: u64) -> AwsError {
    AwsError::new("MaxMessageLengthExceeded", "Your request was too big.")
        .with_member("MaxMessageLengthBytes", limit.to_string())
}

pub(crate) fn broken_body(error: BodyError) -> AwsError {
    let (code, status) = match error {
        BodyError::TooLarge => ("RequestEntityTooLargeException", 413),
        BodyError::Stalled => ("RequestTimeoutException", 408),
        BodyError::Broken => ("SerializationException", 400),
    };
    AwsError::new(code, error.to_string()).with_status(status)
}

pub(crate) fn unserved(model: &Model, protocol: ProtocolName, name: &str) -> AwsError {
    let text = format!("{name} is an operation of {} that Hob does not serve yet.", model.full_name);
    let code = match protocol {
        ProtocolName::RestXml => "NotImplemented",
        _ => "NotImplementedException",
    };
    AwsError::new(code, text).with_status(501)
}

pub(crate) fn unknown(model: &Model, protocol: ProtocolName, name: &str) -> AwsError {
    let no_operation = || match name {
        "" => format!("The request names no operation of {}.", model.full_name),
        name => format!("{name} is no operation of {}.", model.full_name),
    };
    match protocol {
        ProtocolName::RestXml => {
            AwsError::new("MethodNotAllowed", "The specified method is not allowed against this resource.")
                .with_status(405)
        }
        ProtocolName::RestJson => AwsError::new("UnknownOperationException", no_operation()).with_status(404),
        ProtocolName::Json10 | ProtocolName::Json11 => {
            AwsError::new("UnknownOperationException", no_operation())
        }
        ProtocolName::Query if name.is_empty() => {
            AwsError::new("MissingAction", "The request does not contain an Action parameter.")
        }
        ProtocolName::Query => AwsError::new(
            "InvalidAction",
            format!("Could not find operation {name} for version {}", model.api_version),
        ),
    }
}
