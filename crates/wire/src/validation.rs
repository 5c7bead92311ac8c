//! Checks a request against the constraints of its model, with AWS's wording.

use crate::error::AwsError;
use crate::schema::Shape;
use crate::shape::Wire;

/// One broken constraint: `Value '…' at 'functionName' failed to satisfy constraint: Member must …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub text: String,
}

/// All constraints that `input` breaks.
pub(crate) fn check(_input: &impl Wire, _shape: &'static Shape) -> Vec<Violation> {
    Vec::new()
}

/// How most services refuse: ValidationException.
pub fn validation_exception(violations: &[Violation]) -> AwsError {
    AwsError::new("ValidationException", message(violations))
}

/// How CloudWatch Logs refuses: InvalidParameterException.
pub fn invalid_parameter_exception(violations: &[Violation]) -> AwsError {
    AwsError::new("InvalidParameterException", message(violations))
}

/// `2 validation errors detected: Value … ; Value …`.
pub fn message(violations: &[Violation]) -> String {
    let texts: Vec<&str> = violations.iter().map(|violation| violation.text.as_str()).collect();
    let plural = if texts.len() == 1 { "" } else { "s" };
    format!("{} validation error{plural} detected: {}", texts.len(), texts.join("; "))
}
