//! What browsers are refused. Texts are AWS's as users report them unless marked.

use std::borrow::Cow;

use hob_wire::AwsError;

use crate::form::{FormError, InvalidPolicy, PolicyRefusal};

fn refused(code: &'static str, message: impl Into<Cow<'static, str>>) -> AwsError {
    AwsError::new(code, message).with_status(400)
}

fn argument(message: impl Into<Cow<'static, str>>, name: impl Into<String>, value: &str) -> AwsError {
    refused("InvalidArgument", message).with_member("ArgumentName", name).with_member("ArgumentValue", value)
}

fn denied(message: impl Into<Cow<'static, str>>) -> AwsError {
    AwsError::new("AccessDenied", message).with_status(403)
}

pub(in crate::api) fn access_denied() -> AwsError {
    denied("Access Denied")
}

pub(in crate::api) fn no_origin() -> AwsError {
    refused("BadRequest", "Insufficient information. Origin request header needed.")
}

pub(in crate::api) fn no_request_method() -> AwsError {
    refused("BadRequest", "Invalid Access-Control-Request-Method: null")
}

fn access_forbidden(message: &'static str, method: &str, resource: &'static str) -> AwsError {
    AwsError::new("AccessForbidden", message)
        .with_status(403)
        .with_member("Method", method)
        .with_member("ResourceType", resource)
}

/// `resource`: `BUCKET` or `OBJECT`.
pub(in crate::api) fn cors_not_enabled(method: &str, resource: &'static str) -> AwsError {
    access_forbidden("CORSResponse: CORS is not enabled for this bucket.", method, resource)
}

pub(in crate::api) fn cors_not_allowed(method: &str, resource: &'static str) -> AwsError {
    // The spelling is AWS's.
    let message = "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, \
                   request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted \
                   by the resource's CORS spec.";
    access_forbidden(message, method, resource)
}

pub(in crate::api) fn method_not_allowed(method: &'static str, resource: &'static str) -> AwsError {
    AwsError::new("MethodNotAllowed", "The specified method is not allowed against this resource.")
        .with_status(405)
        .with_member("Method", method)
        .with_member("ResourceType", resource)
}

pub(in crate::api) fn malformed_form() -> AwsError {
    refused("MalformedPOSTRequest", "The body of your POST request is not well-formed multipart/form-data.")
}

pub(in crate::api) fn form(error: FormError) -> AwsError {
    match error {
        FormError::Malformed => malformed_form(),
        FormError::FieldsTooLong => refused(
            "MaxPostPreDataLengthExceededError",
            "Your POST request fields preceding the upload file were too large.",
        ),
        // AWS's text is unknown.
        FormError::Twice(name) => argument("A form field is there twice", name, ""),
        FormError::NoFile => argument("POST requires exactly one file upload per request.", "file", "0"),
        FormError::Stream(error) => crate::S3Error::from(error).into(),
    }
}

pub(in crate::api) fn form_key_missing() -> AwsError {
    form_field_missing("key")
}

/// Two blanks, as AWS has them.
pub(in crate::api) fn form_field_missing(name: &'static str) -> AwsError {
    let message = format!(
        "Bucket POST must contain a field named '{name}'.  If it is specified, please check the order of the fields."
    );
    argument(message, name, "")
}

/// Hob's own.
pub(in crate::api) fn form_field_unserved(name: &str) -> AwsError {
    AwsError::new("NotImplemented", format!("The form field {name} is not served by Hob yet."))
        .with_status(501)
}

pub(in crate::api) fn form_algorithm() -> AwsError {
    argument("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"", "x-amz-algorithm", "")
}

/// Not recorded.
pub(in crate::api) fn form_credential(credential: &str) -> AwsError {
    argument(
        "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".",
        "x-amz-credential",
        credential,
    )
}

pub(in crate::api) fn unknown_access_key(id: &str) -> AwsError {
    AwsError::new("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
        .with_status(403)
        .with_member("AWSAccessKeyId", id)
}

pub(in crate::api) fn invalid_token() -> AwsError {
    refused("InvalidToken", "The provided token is malformed or otherwise invalid.")
}

pub(in crate::api) fn form_signature() -> AwsError {
    let message = "The request signature we calculated does not match the signature you provided. Check your key and \
                   signing method.";
    AwsError::new("SignatureDoesNotMatch", message).with_status(403)
}

pub(in crate::api) fn invalid_policy(invalid: &InvalidPolicy) -> AwsError {
    refused("InvalidPolicyDocument", format!("Invalid Policy: {invalid}"))
}

pub(in crate::api) fn policy_refusal(refusal: &PolicyRefusal) -> AwsError {
    denied(format!("Invalid according to Policy: {refusal}"))
}

/// In bytes.
pub(in crate::api) fn file_too_large(proposed: u64, max: u64) -> AwsError {
    refused("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
        .with_member("ProposedSize", proposed.to_string())
        .with_member("MaxSizeAllowed", max.to_string())
}

/// In bytes.
pub(in crate::api) fn file_too_small(proposed: u64, min: u64) -> AwsError {
    refused("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
        .with_member("ProposedSize", proposed.to_string())
        .with_member("MinSizeAllowed", min.to_string())
}
