//! Checks a request against the constraints of its model, with AWS's wording.

mod checker;
mod constraints;

use crate::error::AwsError;
use crate::protocol::malformed_xml;
use crate::schema::Shape;
use crate::shape::Wire;

/// One broken constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Such as `vpcConfig.subnetIds`: AWS writes paths in lower camel case.
    pub path: String,
    /// As it was given; `None` if it must not be shown.
    pub value: Option<String>,
    /// Such as `Member must have length less than or equal to 64`.
    pub constraint: String,
}

impl Violation {
    /// `Value 'x' at 'path' failed to satisfy constraint: Member must …`
    pub fn sentence(&self) -> String {
        let value = self.value.as_deref().unwrap_or_default();
        format!("Value{value} at '{}' failed to satisfy constraint: {}", self.path, self.constraint)
    }
}

/// All constraints that `input` breaks, in the order of the model's members.
pub(crate) fn check(input: &impl Wire, shape: &'static Shape) -> Vec<Violation> {
    let mut checker = checker::Checker::default();
    input.write(&mut checker, shape);
    checker.finish()
}

/// How most services refuse: ValidationException.
pub fn validation_exception(violations: &[Violation]) -> AwsError {
    AwsError::new("ValidationException", message(violations))
}

/// How CloudWatch Logs refuses: InvalidParameterException.
pub fn invalid_parameter_exception(violations: &[Violation]) -> AwsError {
    AwsError::new("InvalidParameterException", message(violations))
}

/// How rest-xml refuses: a document that breaks constraints is none of the schema, and a header or parameter is an
/// invalid argument.
pub fn malformed_xml_or_invalid_argument(violations: &[Violation]) -> AwsError {
    let [violation, ..] = violations else { return malformed_xml() };
    if violation.path.contains('.') {
        return malformed_xml();
    }
    let value = violation.value.as_deref().unwrap_or_default().trim().trim_matches('\'');
    AwsError::new("InvalidArgument", violation.sentence())
        .with_member("ArgumentName", violation.path.clone())
        .with_member("ArgumentValue", value)
}

/// `2 validation errors detected: Value … ; Value …`.
pub fn message(violations: &[Violation]) -> String {
    let sentences: Vec<String> = violations.iter().map(Violation::sentence).collect();
    let plural = if sentences.len() == 1 { "" } else { "s" };
    format!("{} validation error{plural} detected: {}", sentences.len(), sentences.join("; "))
}
